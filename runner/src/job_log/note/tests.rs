use proptest::prelude::*;

use super::*;

const PETER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const PETER_SECRET: &str =
    "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const ENOCH: &str = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop";
const TEXT: &str = "If you think cryptography is the answer to your problem,\n\
                    then you don't know what your problem is.\n";
const PETER_SIGNED: &str = "\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
const ENOCH_SIGNED: &str = "\u{2014} EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n";

fn peter() -> VerifierKey {
    VerifierKey::parse(PETER).unwrap()
}

fn enoch() -> VerifierKey {
    VerifierKey::parse(ENOCH).unwrap()
}

fn council() -> SecretKey {
    SecretKey::from_seed("jobs.example.gov.uk/log", &[7; 32]).unwrap()
}

/// Every part of the text, and every text one character away.
fn manglings(text: &str) -> impl Iterator<Item = String> {
    let parts = (0..=text.len())
        .flat_map(move |from| (from..=text.len()).map(move |to| (from, to)))
        .filter(move |part| *part != (0, text.len()))
        .map(move |(from, to)| text[from..to].to_owned());
    let changed = (0..text.len()).flat_map(move |place| {
        [1, 2, 0x20].map(|bits| {
            let mut bytes = text.as_bytes().to_vec();
            bytes[place] ^= bits;
            String::from_utf8(bytes).unwrap()
        })
    });
    parts.chain(changed)
}

#[test]
fn keys_are_read_whole_or_not_at_all() {
    assert_eq!(peter().to_string(), PETER);
    assert_eq!(peter().name(), "PeterNeumann");
    manglings(PETER).for_each(|key| assert!(VerifierKey::parse(&key).is_err(), "{key}"));

    let overlong = "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==";
    assert_eq!(VerifierKey::parse(overlong), Err(NoteFault::Key));
    let unknown = "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    assert_eq!(VerifierKey::parse(unknown), Err(NoteFault::KeyType));
    assert_eq!(VerifierKey::parse(&PETER.replace("c74f", "C74F")), Err(NoteFault::Key));
}

#[test]
fn secret_keys_are_kept_whole_and_not_shown() {
    let key = SecretKey::parse(PETER_SECRET).unwrap();
    assert_eq!(*key.to_text(), PETER_SECRET);
    assert_eq!(*key.verifier(), peter());
    assert_eq!(format!("{key:?}"), "SecretKey(PeterNeumann+c74f20a3)");
    manglings(PETER_SECRET).for_each(|key| {
        let fault = SecretKey::parse(&key).unwrap_err();
        assert!(!format!("{fault} {fault:?}").contains("AYEKFALV"));
    });
    for name in ["", "a b", "a+b", "a\nb", "a\u{2003}b", "a\u{1}b"] {
        assert_eq!(SecretKey::from_seed(name, &[7; 32]).unwrap_err(), NoteFault::KeyName);
    }
}

#[test]
fn a_note_is_signed_as_another_implementation_signs_it() {
    let key = SecretKey::parse(PETER_SECRET).unwrap();
    assert_eq!(key.sign(TEXT).unwrap(), format!("{TEXT}\n{PETER_SIGNED}"));
    assert_eq!(key.sign("abc"), Err(NoteFault::Text));
    assert_eq!(key.sign("a\tb\n"), Err(NoteFault::Text));
    let enoch_secret = SecretKey::from_seed("EnochRoot", &[0; 32]).unwrap();
    assert_eq!(*enoch_secret.verifier(), enoch());
    assert_eq!(enoch_secret.sign(TEXT).unwrap(), format!("{TEXT}\n{ENOCH_SIGNED}"));
}

#[test]
fn the_example_of_the_specification_opens() {
    let key = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    let note = "This is an example message.\n\n\u{2014} example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
    let keys = [VerifierKey::parse(key).unwrap()];
    assert_eq!(open(note, &keys).unwrap().text, "This is an example message.\n");
}

#[test]
fn unknown_signatures_are_passed_over_and_bad_known_ones_are_not() {
    let note = format!("{TEXT}\n{PETER_SIGNED}{ENOCH_SIGNED}");
    let (only_peter, both) = ([peter()], [peter(), enoch()]);
    assert_eq!(open(&note, &only_peter).unwrap(), Opened { text: TEXT, signers: vec![&peter()] });
    assert_eq!(open(&note, &both).unwrap().signers, [&peter(), &enoch()]);
    assert_eq!(open(&note, &[]), Err(NoteFault::Unsigned));

    // The text's own empty lines stay in the text.
    let poem = council().sign("one\n\ntwo\n\n").unwrap();
    assert_eq!(open(&poem, &[council().verifier().clone()]).unwrap().text, "one\n\ntwo\n\n");

    // Enoch's signature under Peter's name and id.
    let bytes = [&[0xc7, 0x4f, 0x20, 0xa3], [9; 64].as_slice()].concat();
    let forged = format!("\u{2014} PeterNeumann {}\n", BASE64.encode(bytes));
    let note = format!("{TEXT}\n{ENOCH_SIGNED}{forged}");
    assert_eq!(open(&note, &both), Err(NoteFault::Signature("PeterNeumann".to_owned())));
    let enoch_only = [enoch()];
    assert!(open(&note, &enoch_only).is_ok());
    // A good one before it does not save it.
    let note = format!("{TEXT}\n{PETER_SIGNED}{forged}");
    assert!(matches!(open(&note, &both), Err(NoteFault::Signature(_))));
}

#[test]
fn what_is_not_a_note_is_refused() {
    let keys = [peter()];
    let unended = &PETER_SIGNED[..PETER_SIGNED.len() - 1];
    for note in [
        TEXT.to_owned(),
        format!("{TEXT}\n"),
        format!("{TEXT}\n{unended}"),
        format!("\u{1}{TEXT}\n{PETER_SIGNED}"),
        format!("{TEXT}\r\n{PETER_SIGNED}"),
        format!("{TEXT}\n{PETER_SIGNED}Unexpected line.\n"),
        format!("{TEXT}\n{}", PETER_SIGNED.replace("PeterNeumann", "Bad Name")),
        format!("{TEXT}\n{}", PETER_SIGNED.replace(" x08g", "  x08g")),
        format!("{TEXT}\n{}", PETER_SIGNED.replace('\u{2014}', "-")),
        format!("{TEXT}\n{}", PETER_SIGNED.repeat(101)),
        format!("{TEXT}\n\u{2014} Someone AAAAAA==\n"),
        format!("{}\n\n{PETER_SIGNED}", "x".repeat(LONGEST_NOTE)),
    ] {
        assert_eq!(open(&note, &keys), Err(NoteFault::Note), "{note:.200}");
    }
    assert!(open(&format!("{TEXT}\n{}", PETER_SIGNED.repeat(100)), &keys).is_ok());
}

#[test]
fn a_checkpoint_goes_out_and_comes_back() {
    let key = council();
    let note = Checkpoint::sign(20_852_163, [9; 32], &key);
    let keys = [key.verifier().clone()];
    let head = Checkpoint::open(&note, &keys).unwrap();
    assert_eq!((head.size, head.root), (20_852_163, [9; 32]));
    assert_eq!(head.origin, "jobs.example.gov.uk/log");
    assert_eq!(Checkpoint::parse(&head.text()), Ok(head));

    let other = SecretKey::from_seed("other.example.gov.uk/log", &[7; 32]).unwrap();
    let borrowed = other.sign(note.split_once("\n\n").unwrap().0).unwrap_err();
    assert_eq!(borrowed, NoteFault::Text);
    let text = format!("{}\n", note.split_once("\n\n").unwrap().0);
    let borrowed = other.sign(&text).unwrap();
    let fault = Checkpoint::open(&borrowed, &[other.verifier().clone()]);
    assert_eq!(fault, Err(NoteFault::Origin("jobs.example.gov.uk/log".to_owned())));
}

#[test]
fn the_known_tree_text_is_read_strictly() {
    let text = "go.sum database tree\n123456789012\nTszzRgjTG6xce+z2AG31kAXYKBgQVtCSCE40HmuwBb0=\n";
    let head = Checkpoint::parse(text).unwrap();
    assert_eq!(head.size, 123_456_789_012);
    assert_eq!(head.root, super::super::tree::leaf_hash(b"hello world"));
    for (from, to) in [
        ("go.sum database tree", ""),
        ("123456789012", "0123456789012"),
        ("123456789012", "+123456789012"),
        ("123456789012", "0xabcdef"),
        ("123456789012", ""),
        ("123456789012", "18446744073709551616"),
        ("uwBb0=", "uwBb1="),
        ("uwBb0=", "uwBb0"),
        ("uwBb0=", "uwBTOOBIG="),
        ("Bb0=\n", "Bb0="),
        ("Bb0=\n", "Bb0=\nextension\n"),
        ("Bb0=\n", "Bb0=\n\n"),
        ("tree\n", "tree\r\n"),
    ] {
        let changed = text.replace(from, to);
        assert_eq!(Checkpoint::parse(&changed), Err(NoteFault::Checkpoint), "{changed}");
    }
    assert!(Checkpoint::parse(&text.replace("123456789012", "0")).is_ok());
}

#[test]
fn every_changed_byte_of_a_checkpoint_is_found() {
    let key = council();
    let keys = [key.verifier().clone()];
    let note = Checkpoint::sign(700, [9; 32], &key);
    for place in 0..note.len() {
        let mut bytes = note.clone().into_bytes();
        bytes[place] ^= 1;
        if let Ok(changed) = String::from_utf8(bytes) {
            assert!(Checkpoint::open(&changed, &keys).is_err(), "{changed}");
        }
        if note.is_char_boundary(place) {
            assert!(Checkpoint::open(&note[..place], &keys).is_err());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_is_signed_and_opened(lines in prop::collection::vec("[^\\x00-\\x1f]{0,20}", 1..6), seed in any::<[u8; 32]>()) {
        let text = lines.join("\n") + "\n";
        let key = SecretKey::from_seed("a", &seed).unwrap();
        let note = key.sign(&text).unwrap();
        let keys = [VerifierKey::parse(&key.verifier().to_string()).unwrap()];
        prop_assert_eq!(open(&note, &keys).unwrap().text, text);
        let kept = SecretKey::parse(&key.to_text()).unwrap();
        prop_assert_eq!(kept.verifier(), &keys[0]);
    }

    #[test]
    fn any_text_for_a_note_is_refused_quietly(text in "\\PC*(\n\n\u{2014} [a-z]{0,3} [A-Za-z+/=]{0,12}\n)?") {
        prop_assert!(open(&text, &[peter()]).is_err());
        prop_assert!(Checkpoint::parse(&text).is_err());
        prop_assert!(VerifierKey::parse(&text).is_err());
    }
}
