//! States: always in words, with a colour besides.

use maud::{Markup, html};

use crate::state;

/// A tag's colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// Over, or nothing to do.
    Grey,
    /// Done.
    Green,
    /// Settled, with something still to follow.
    Teal,
    /// Under way.
    Blue,
    /// Put off.
    Purple,
    /// Waits for another system.
    Yellow,
    /// Waits for a person.
    Orange,
    /// Failed.
    Red,
    /// Held by a person.
    Magenta,
}

impl Colour {
    const fn class(self) -> &'static str {
        match self {
            Self::Grey => "govuk-tag govuk-tag--grey",
            Self::Green => "govuk-tag govuk-tag--green",
            Self::Teal => "govuk-tag govuk-tag--teal",
            Self::Blue => "govuk-tag",
            Self::Purple => "govuk-tag govuk-tag--purple",
            Self::Yellow => "govuk-tag govuk-tag--yellow",
            Self::Orange => "govuk-tag govuk-tag--orange",
            Self::Red => "govuk-tag govuk-tag--red",
            Self::Magenta => "govuk-tag govuk-tag--magenta",
        }
    }
}

/// A short word that stands out.
pub fn tag(text: &str, colour: Colour) -> Markup {
    html! { strong class=(colour.class()) { (text) } }
}

/// Where an item stands.
pub fn item_tag(state: state::Item) -> Markup {
    let colour = match state {
        state::Item::Ready | state::Item::ByHand | state::Item::Cancelled => Colour::Grey,
        state::Item::Decided => Colour::Teal,
        state::Item::Posting => Colour::Blue,
        state::Item::Waiting => Colour::Yellow,
        state::Item::Referred => Colour::Orange,
        state::Item::Failed => Colour::Red,
        state::Item::Postponed => Colour::Purple,
        state::Item::Done => Colour::Green,
    };
    tag(&capital(state.as_str()), colour)
}

/// Where a batch stands.
pub fn batch_tag(state: state::Batch) -> Markup {
    let colour = match state {
        state::Batch::Loading | state::Batch::Running => Colour::Blue,
        state::Batch::Checked => Colour::Teal,
        state::Batch::AwaitingApproval => Colour::Orange,
        state::Batch::Paused => Colour::Magenta,
        state::Batch::Unresolved => Colour::Yellow,
        state::Batch::Complete => Colour::Green,
        state::Batch::Unreadable => Colour::Red,
        state::Batch::Cancelled => Colour::Grey,
    };
    tag(&capital(state.as_str()), colour)
}

fn capital(text: &str) -> String {
    crate::web::layout::sentence(text)
}
