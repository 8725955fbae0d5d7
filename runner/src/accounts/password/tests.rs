use super::*;

fn typed(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.to_owned())
}

#[test]
fn a_password_is_refused_for_being_short_long_guessed_first_or_the_login_and_for_nothing_else() {
    for (password, does) in [
        ("", false),
        ("eleven char", false),
        ("twelve chars", true),
        ("plain words without any number", true),
        ("Ünïcödé ist auch gut", true),
        ("ann.bell", false),
        ("ann.bell1234", false),
        ("annbell.ann.bell", false),
        ("PASSWORD1234", false),
        ("Pass-word-1234", false),
        ("aaaaaaaaaaaaaaaa", false),
        ("abababababababab", false),
        ("Correct-Horse-Battery-Staple", false),
        ("tea\u{7}pot in the rain", false),
    ] {
        assert_eq!(fit(password, "ann.bell").is_ok(), does, "{password:?}");
    }
    assert!(fit(&"ab3d-".repeat(40), "ann.bell").is_ok());
    assert!(fit(&"ab3d-".repeat(41), "ann.bell").is_err());
}

#[test]
fn no_refusal_repeats_the_password() {
    for password in ["secret eel", "ann.bell1234", "password1234"] {
        let said = fit(password, "ann.bell").unwrap_err().to_string();
        assert!(!said.contains(password), "{said}");
    }
}

#[tokio::test]
async fn what_is_kept_is_argon2id_as_advised_with_a_salt_of_its_own() {
    let password = typed("a teapot in the rain");
    let (one, other) = (hash(&password).await.unwrap(), hash(&password).await.unwrap());
    assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
    assert_ne!(one, other);
    assert!(is(&password, Some(one.clone())).await.unwrap());
    assert!(!is(&typed("a teapot in the sun"), Some(one)).await.unwrap());
}

#[tokio::test]
async fn with_nothing_kept_a_check_fails_after_the_same_work() {
    let password = typed("a teapot in the rain");
    let kept = hash(&password).await.unwrap();
    let mut took = Vec::new();
    for kept in [Some(kept), None] {
        let begun = std::time::Instant::now();
        let known = kept.is_some();
        assert_eq!(is(&password, kept).await.unwrap(), known);
        took.push(begun.elapsed());
    }
    assert!(took[1] * 8 > took[0], "{took:?}: one is told from the other");
    // It is worked out, not refused as malformed.
    let zeroes = argon2::password_hash::phc::PasswordHash::new(NOBODY).unwrap();
    assert_eq!(zeroes.hash.unwrap().len(), 32);
}

#[test]
fn a_one_time_password_will_do_and_none_is_made_twice() {
    let made: std::collections::BTreeSet<String> =
        (0..100).map(|_| one_time().unwrap().to_string()).collect();
    assert_eq!(made.len(), 100);
    for password in made {
        fit(&password, "ann.bell").unwrap();
        assert_eq!(password.len(), 23);
    }
}
