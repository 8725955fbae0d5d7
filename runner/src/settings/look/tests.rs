//! Colours that can be read, and what is said of those that cannot.

use super::*;

fn colour(text: &str) -> Colour {
    Colour::parse(text).unwrap()
}

fn said(settings: &Settings) -> String {
    settings.colours().unwrap_err().to_string()
}

#[test]
fn contrast_is_that_of_wcag() {
    // As the tools of the field work them out.
    for (one, other, hundredths) in [
        ("#000000", "#ffffff", 2100),
        ("#ffffff", "#ffffff", 100),
        ("#767676", "#ffffff", 454),
        ("#777777", "#ffffff", 447),
        ("#1d70b8", "#ffffff", 516),
        ("#0b0c0c", "#ffdd00", 1454),
        ("#ff0000", "#0000ff", 214),
    ] {
        assert_eq!(colour(one).contrast(colour(other)), hundredths, "{one} on {other}");
        assert_eq!(colour(other).contrast(colour(one)), hundredths, "{other} on {one}");
    }
}

#[test]
fn what_is_no_colour_is_none() {
    for text in ["", "red", "#fff", "#12345", "#1234567", "1f3a5f", "#1f3a5g", "#+1+2+3", "#1f3aé"]
    {
        assert_eq!(Colour::parse(text), None, "{text}");
    }
    assert_eq!(Colour::parse("#1F3a5f"), Some(Colour(0x1f, 0x3a, 0x5f)));
}

#[test]
fn a_pair_that_cannot_be_read_is_refused_with_its_contrast() {
    let wrong = said(&Settings {
        colour: Some("#ffcc00".to_owned()),
        text_on_colour: Some("#ffffff".to_owned()),
        ..Settings::default()
    });
    assert!(wrong.contains("text_on_colour = \"#ffffff\""), "{wrong}");
    assert!(wrong.contains("on colour #ffcc00 has a contrast of 1.51 to 1"), "{wrong}");
    // White on white, and dark on dark: each link on what it stands on in its scheme.
    let link = |link: &str| Settings { link: Some(link.to_owned()), ..Settings::default() };
    assert!(said(&link("#8ec1f0")).contains("link = "));
    assert!(link("#1a65a6").colours().is_ok());
    let dark = |link: &str| Settings { dark_link: Some(link.to_owned()), ..Settings::default() };
    assert!(said(&dark("#1a65a6")).contains("dark_link = "));
    assert!(dark("#8ec1f0").colours().is_ok());
    let wrong = said(&Settings { colour: Some("navy".to_owned()), ..Settings::default() });
    assert!(wrong.contains("colour = \"navy\", and that is no colour"), "{wrong}");
}

#[test]
fn the_councils_colours_are_laid_over_ours_in_the_scheme_that_they_are_for() {
    let look = Settings {
        colour: Some("#0b4a4f".to_owned()),
        link: Some("#0b5c66".to_owned()),
        dark_link: Some("#8fd3dc".to_owned()),
        ..Settings::default()
    };
    assert_eq!(
        look.colours().unwrap().css,
        ":root{--cw-header-colour:#0b4a4f;--cw-header-text-colour:#ffffff;}\n\
         @media not (prefers-color-scheme: dark){:root{--govuk-link-colour:#0b5c66;}}\n\
         @media screen and (prefers-color-scheme: dark){:root{--govuk-link-colour:#8fd3dc;}}\n"
    );
}

#[test]
fn a_logo_is_a_plain_svg_of_the_folder_look() {
    let root = tempfile::tempdir().unwrap();
    let put =
        |name: &str, text: &str| std::fs::write(root.path().join("look").join(name), text).unwrap();
    std::fs::create_dir(root.path().join("look")).unwrap();
    std::fs::write(root.path().join("secret.svg"), "<svg>").unwrap();
    put("logo.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
    put("loud.svg", "<svg><SCRIPT>alert(1)</SCRIPT></svg>");
    put("text.svg", "not one");
    put("large.svg", &format!("<svg>{}</svg>", " ".repeat(LARGEST)));
    assert!(logo(root.path(), "logo.svg").is_ok());
    for (name, says) in [
        ("../secret.svg", "no name of an SVG"),
        ("look/logo.svg", "no name of an SVG"),
        ("logo.png", "no name of an SVG"),
        (".svg", "no name of an SVG"),
        ("absent.svg", "is not there"),
        ("loud.svg", "holds a script"),
        ("text.svg", "is no SVG"),
        ("large.svg", "more than 100 kB"),
    ] {
        let wrong = logo(root.path(), name).unwrap_err().to_string();
        assert!(wrong.contains(says), "{name}: {wrong}");
    }
}
