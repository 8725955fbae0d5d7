//! What an officer may do with an item, as forms. Each asks why, and carries what was seen along.

use clerkwork_bots::kit::{Holds, Registered};
use maud::{Markup, html};

use super::shapes::{FieldShown, Shown};
use crate::acts::What;
use crate::people::Person;
use crate::review::Opened;
use crate::state::Item;
use crate::web::officers::answers::Answers;
use crate::web::officers::asked::Asked;
use crate::web::parts::{self, Field, Wrong};

/// A form that was sent and could not be done: what was typed, and what is wrong with it.
#[derive(Default)]
pub(super) struct Again {
    /// The last part of its address.
    pub(super) act: &'static str,
    /// What was typed.
    pub(super) typed: Answers,
    /// What is wrong.
    pub(super) wrong: Vec<Wrong>,
}

/// What forms are made of.
pub(super) struct Forms<'a> {
    pub(super) shown: &'a Shown,
    pub(super) bot: Option<&'static Registered>,
    pub(super) opened: &'a Opened,
    pub(super) asked: &'a Asked,
    pub(super) officers: &'a [Person],
    pub(super) me: &'a Person,
    pub(super) again: &'a Again,
}

/// One form.
pub(super) struct Act<'a> {
    pub(super) act: &'static str,
    pub(super) title: &'a str,
    pub(super) what: &'a str,
    pub(super) hint: &'a str,
}

const SEALED: &str = "It is kept sealed with the case.";

impl Forms<'_> {
    /// Every act that the item stands right for.
    pub(super) fn render(&self) -> Markup {
        let state = self.shown.item.state;
        let may = |what: What| what.from().contains(&state);
        let ruled = self.shown.standing().is_some();
        // What was decided is only still to be told.
        let put_off = may(What::Postpone) && self.shown.item.decided_at.is_none();
        let follows = may(What::Follow) && self.shown.superseded_by.is_empty();
        html! {
            @if put_off && self.waits() { (self.postpone()) }
            @if may(What::Confirm) && ruled { (self.confirm()) }
            @if may(What::Change) { (self.change()) }
            @if may(What::AskEvidence) { (self.ask_evidence()) }
            @if put_off && !self.waits() { (self.postpone()) }
            @if may(What::Assign) { (self.assign()) }
            @if may(What::ByHand) { (self.by_hand()) }
            @if follows && self.shown.reference.is_some() {
                @let href = self.asked.item_href(&format!("{}/follow", self.shown.item.item));
                p class="govuk-body" {
                    a class="govuk-link" href=(href) {
                        @if matches!(state, Item::Done | Item::ByHand | Item::Cancelled) {
                            "Open it again: correction, review or representation"
                        } @else {
                            "Correct the case"
                        }
                    }
                }
            }
        }
    }

    fn confirm(&self) -> Markup {
        let missing = self.shown.standing().map_or(&[][..], |ruling| &ruling.missing);
        if !missing.is_empty() {
            return parts::inset(html! {
                p class="govuk-body" { "It cannot be confirmed as it stands:" }
                ul class="govuk-list govuk-list--bullet" { @for it in missing { li { (it) } } }
                p class="govuk-body" { "Decide it by changing the recommendation, or ask for evidence." }
            });
        }
        let deed = Act {
            act: "confirm",
            title: "Confirm the recommendation",
            what: "It becomes your decision, and those who are to be told are told.",
            hint: "What you checked. It is kept sealed with the case.",
        };
        self.deed(&deed, html! {}, parts::button("Confirm"))
    }

    fn change(&self) -> Markup {
        let (Some(bot), Some(ruling)) = (self.bot, self.shown.standing()) else { return html! {} };
        let fields = html! {
            @for (at, column) in ruling.decision.iter().enumerate() {
                (self.column(bot, at, column))
            }
        };
        let deed = Act {
            act: "change",
            title: "Decide otherwise",
            what: "Change what is to be different. What you leave as it is stands as recommended.",
            hint: "It stands in the notice of the decision, where there is one.",
        };
        self.deed(&deed, fields, parts::button("Change and decide"))
    }

    fn column(&self, bot: &Registered, at: usize, column: &FieldShown) -> Markup {
        let name = format!("new-{at}");
        let value = self.typed("change", &name, &as_typed(column));
        let error = self.wrong(&name);
        let field = Field::new(&name, &column.label).value(&value).error(error);
        match (bot.holds(&column.key), column.kind) {
            (Holds::Words(words), _) => {
                let mut options = vec![("", "No answer")];
                options.extend(words.iter().map(|word| (*word, *word)));
                if !options.iter().any(|(word, _)| *word == value) {
                    // What stands there stays, also where it is none of the list.
                    options.push((value.as_str(), value.as_str()));
                }
                parts::select(&field, &options)
            }
            (Holds::Date, _) | (Holds::Text, "date") => {
                parts::input(&field.hint("A date, such as 18/08/2026").width(10))
            }
            (Holds::Money, _) | (Holds::Text, "money") => {
                parts::input(&field.hint("Pounds and pence, such as 123.45").width(10))
            }
            (Holds::Number, _) | (Holds::Text, "number") => {
                parts::input(&field.numeric().width(10))
            }
            (Holds::Text, _) => parts::input(&field),
        }
    }

    fn ask_evidence(&self) -> Markup {
        let days = self.typed("ask-evidence", "days", "");
        let field = Field::new("days", "In how many working days should it be there?")
            .hint("Leave it empty where there is no day by which you need it")
            .value(&days)
            .error(self.wrong("days"))
            .numeric()
            .width(3);
        let deed = Act {
            act: "ask-evidence",
            title: "Ask for evidence",
            what: "Ask in your own way, and note it here. The item stays with you until then.",
            hint: "What you asked for, and how. It is kept sealed with the case.",
        };
        self.deed(
            &deed,
            parts::input(&field),
            parts::secondary_button("Note that it was asked for"),
        )
    }

    /// Whether all that a person is needed for waits for something that time may bring.
    fn waits(&self) -> bool {
        let (Some(bot), Some(ruling)) = (self.bot, self.shown.standing()) else { return false };
        let waits = |code: &str| bot.manifest().waits(code);
        !ruling.needs.is_empty() && ruling.needs.iter().all(|need| waits(&need.code))
    }

    fn postpone(&self) -> Markup {
        let part = |part: &str| self.typed("postpone", part, "");
        let (day, month, year) = (part("until-day"), part("until-month"), part("until-year"));
        let until = [day, month, year].join("/");
        let until = if until == "//" { String::new() } else { until };
        let field = Field::new("until", "Put off until")
            .hint("On that day the case is read anew where it comes from, and decided")
            .value(&until)
            .error(self.wrong("until-day"));
        let deed = Act {
            act: "postpone",
            title: "Put it off, and have it looked at again",
            what: "It waits for nobody until then. What still waits on the day is put off again by \
                   itself, as often as its schedule says; then it comes back to a person.",
            hint: "What it waits for. It is kept sealed with the case.",
        };
        self.deed(&deed, parts::date_input(&field), parts::secondary_button("Put off"))
    }

    fn assign(&self) -> Markup {
        let to = self.typed("assign", "to", "");
        let fields = whose(self.officers, self.me, &to, self.wrong("to"));
        let title = "Give it to somebody";
        let deed = Act { act: "assign", title, what: "", hint: SEALED };
        self.deed(&deed, fields, parts::secondary_button("Assign"))
    }

    fn by_hand(&self) -> Markup {
        let deed = Act {
            act: "by-hand",
            title: "Close it by hand",
            what: "It was settled outside Clerkwork. Nobody is told from here, and it cannot be \
                   opened again as it is.",
            hint: "Where and how it was settled. It is kept sealed with the case.",
        };
        self.deed(&deed, html! {}, parts::warning_button("Close by hand"))
    }

    /// One form behind the line that opens it; open if it was sent and could not be done.
    pub(super) fn deed(&self, deed: &Act<'_>, fields: Markup, button: Markup) -> Markup {
        let open = self.again.act == deed.act;
        html! {
            details class="govuk-details cw-act" open[open] {
                summary class="govuk-details__summary" {
                    span class="govuk-details__summary-text" { (deed.title) }
                }
                div class="govuk-details__text" { (self.form(deed, fields, button)) }
            }
        }
    }

    /// The form itself.
    pub(super) fn form(&self, deed: &Act<'_>, fields: Markup, button: Markup) -> Markup {
        let id = why_id(deed.act);
        let typed = self.typed(deed.act, "why", "");
        let why = Field::new("why", "Reason").id(&id).hint(deed.hint).value(&typed);
        let action = format!("/items/{}/{}", self.shown.item.item, deed.act);
        html! {
            form method="post" action=(action) novalidate {
                @if !deed.what.is_empty() { p class="govuk-body" { (deed.what) } }
                input type="hidden" name="seen" value=(self.opened);
                (carried(self.asked))
                (fields)
                (parts::textarea(&why.error(self.wrong(&id)), 3))
                (button)
            }
        }
    }

    /// What stands in a field: what was typed in this form, or what stood there at first.
    pub(super) fn typed(&self, act: &str, name: &str, first: &str) -> String {
        if self.again.act == act && self.again.typed.has(name) {
            return self.again.typed.get(name).to_owned();
        }
        first.to_owned()
    }

    pub(super) fn wrong(&self, field: &str) -> Option<&str> {
        parts::wrong(&self.again.wrong, field)
    }
}

/// By which the reason of an act is found on the page.
pub(super) fn why_id(act: &str) -> String {
    format!("why-{act}")
}

/// A value as an officer types it.
pub(super) fn as_typed(field: &FieldShown) -> String {
    match field.kind {
        "date" => field
            .value
            .parse::<jiff::civil::Date>()
            .map_or_else(|_| field.value.clone(), |day| day.strftime("%d/%m/%Y").to_string()),
        _ => field.value.clone(),
    }
}

/// Who may be given items: whoever asks first, then their colleagues.
pub(in crate::web::officers) fn whose(
    officers: &[Person],
    me: &Person,
    chosen: &str,
    error: Option<&str>,
) -> Markup {
    let own = (me.id.to_string(), format!("{} (you)", me.name));
    let others = officers.iter().filter(|officer| officer.id != me.id);
    let others = others.map(|officer| (officer.id.to_string(), officer.name.clone()));
    let options: Vec<(String, String)> = std::iter::once((String::new(), "Choose".to_owned()))
        .chain(std::iter::once(own))
        .chain(others)
        .collect();
    parts::select(&Field::new("to", "To whom").value(chosen).error(error), &options)
}

/// The way back into the list, carried along.
pub(in crate::web::officers) fn carried(asked: &Asked) -> Markup {
    html! {
        @if asked.listed { input type="hidden" name="list" value="to-do"; }
        @for (name, value) in asked.pairs() { input type="hidden" name=(name) value=(value); }
    }
}
