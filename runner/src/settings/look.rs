//! The council's own look: its logo and colours, as council.toml has them, and whether they can be
//! read. Pairs of colours are held to the contrast that WCAG 2.2 AA asks of text.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{Folder, read_optional};
use crate::error::{Error, Result};

mod colour;
#[cfg(test)]
mod tests;

pub use colour::Colour;

/// The folder in the data folder that holds the logo.
pub const FOLDER: &str = "look";
/// A logo may have so many bytes.
const LARGEST: usize = 100_000;

/// `[look]` of council.toml.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The file name of an SVG in the folder `look`.
    pub logo: Option<String>,
    /// Of the header, such as `#1f3a5f`.
    pub colour: Option<String>,
    /// Of the text in the header.
    pub text_on_colour: Option<String>,
    /// Of links.
    pub link: Option<String>,
    /// Of a link that the pointer is over.
    pub link_hover: Option<String>,
    /// Of links in the dark scheme.
    pub dark_link: Option<String>,
    /// Of a link that the pointer is over, in the dark scheme.
    pub dark_link_hover: Option<String>,
}

/// The look, when everything about it is right.
#[derive(Clone, Debug, Default)]
pub struct Look {
    /// The rules that lay the council's colours over ours; empty where it has none.
    pub css: String,
    /// The colour of the header.
    pub colour: Colour,
    /// The logo.
    pub logo: Option<Vec<u8>>,
}

const LINK: &str = "--govuk-link-colour";
const LINK_HOVER: &str = "--govuk-link-hover-colour";

/// What texts of links stand on: the page, its header's lower part and footer, quiet grounds. The
/// stylesheet has the same; a test compares them.
pub const GROUNDS: [Colour; 3] =
    [Colour(255, 255, 255), Colour(244, 248, 251), Colour(243, 243, 243)];
/// The same in the dark scheme.
pub const DARK_GROUNDS: [Colour; 3] = [Colour(22, 27, 31), Colour(29, 37, 43), Colour(35, 43, 49)];

impl Folder {
    /// The council's own look.
    ///
    /// # Errors
    /// A colour is none, a pair of colours cannot be read, or the logo is not there.
    pub fn look(&self) -> Result<Look> {
        let says = &self.council.look;
        let mut look = says.colours()?;
        if let Some(name) = &says.logo {
            look.logo = Some(logo(self.root(), name)?);
        }
        Ok(look)
    }
}

impl Settings {
    fn colours(&self) -> Result<Look> {
        let read = |key: &str, text: &Option<String>| {
            text.as_deref()
                .map(|text| Colour::parse(text).ok_or_else(|| no_colour(key, text)))
                .transpose()
        };
        let colour = read("colour", &self.colour)?.unwrap_or_default();
        let text = read("text_on_colour", &self.text_on_colour)?.unwrap_or(Colour(255, 255, 255));
        readable(("text_on_colour", text), ("colour", colour))?;
        let mut light = vec![("--cw-header-colour", colour), ("--cw-header-text-colour", text)];
        let mut dark = Vec::new();
        for (key, text, property) in
            [("link", &self.link, LINK), ("link_hover", &self.link_hover, LINK_HOVER)]
        {
            links(read(key, text)?, key, property, GROUNDS, &mut light)?;
        }
        for (key, text, property) in [
            ("dark_link", &self.dark_link, LINK),
            ("dark_link_hover", &self.dark_link_hover, LINK_HOVER),
        ] {
            links(read(key, text)?, key, property, DARK_GROUNDS, &mut dark)?;
        }
        Ok(Look { css: css(&light, &dark), colour, logo: None })
    }
}

type Property = (&'static str, Colour);

/// A link's colour, held against everything that it may stand on.
fn links(
    colour: Option<Colour>,
    key: &str,
    property: &'static str,
    grounds: [Colour; 3],
    into: &mut Vec<Property>,
) -> Result<()> {
    let Some(colour) = colour else { return Ok(()) };
    for ground in grounds {
        readable((key, colour), ("the page's", ground))?;
    }
    into.push((property, colour));
    Ok(())
}

fn css(light: &[Property], dark: &[Property]) -> String {
    let rules = |of: &[Property]| {
        of.iter().fold(String::new(), |mut rules, (name, colour)| {
            rules.push_str(&format!("{name}:{colour};"));
            rules
        })
    };
    let mut css = String::new();
    if !light.is_empty() {
        // Links of the light scheme would hide those of the dark one if they were set for both.
        let (header, links): (Vec<_>, Vec<_>) =
            light.iter().partition(|(name, _)| name.starts_with("--cw-"));
        css.push_str(&format!(":root{{{}}}\n", rules(&header)));
        if !links.is_empty() {
            let links = rules(&links);
            css.push_str(&format!("@media not (prefers-color-scheme: dark){{:root{{{links}}}}}\n"));
        }
    }
    if !dark.is_empty() {
        let dark = rules(dark);
        css.push_str(&format!(
            "@media screen and (prefers-color-scheme: dark){{:root{{{dark}}}}}\n"
        ));
    }
    css
}

fn no_colour(key: &str, text: &str) -> Error {
    Error::usage(
        format!("council.toml says under [look] {key} = {text:?}, and that is no colour"),
        "write it as # and six hexadecimal digits, such as \"#1f3a5f\"",
    )
}

fn readable((one, text): (&str, Colour), (other, ground): (&str, Colour)) -> Result<()> {
    let hundredths = text.contrast(ground);
    if hundredths >= 450 {
        return Ok(());
    }
    Err(Error::usage(
        format!(
            "council.toml says under [look] {one} = \"{text}\", which on {other} {ground} has a \
             contrast of {}.{:02} to 1",
            hundredths / 100,
            hundredths % 100
        ),
        "choose a pair of 4.5 to 1 or more, so that everybody can read it",
    ))
}

fn logo(root: &Path, name: &str) -> Result<Vec<u8>> {
    let bad = |what: String, advice: &str| Err(Error::usage(what, advice));
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c));
    let svg = Path::new(name).extension().is_some_and(|ending| ending == "svg");
    if !plain || !svg || name.starts_with('.') {
        return bad(
            format!(
                "council.toml says under [look] logo = {name:?}, and that is no name of an SVG"
            ),
            "name a file of the folder look, such as \"logo.svg\", of letters, digits and hyphens",
        );
    }
    let Some(text) = read_optional(&root.join(FOLDER).join(name))? else {
        return bad(
            format!("the logo that council.toml names under [look], {FOLDER}/{name}, is not there"),
            "put it there, or take the line out",
        );
    };
    if text.len() > LARGEST {
        return bad(format!("the logo {FOLDER}/{name} has more than 100 kB"), "make it smaller");
    }
    if !text.contains("<svg") || text.to_ascii_lowercase().contains("<script") {
        return bad(
            format!("the logo {FOLDER}/{name} is no SVG, or holds a script"),
            "export it again as a plain SVG",
        );
    }
    Ok(text.into_bytes())
}
