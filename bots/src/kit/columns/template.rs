//! The template of a sheet: its columns with type, help, synonyms and an example.

use serde::Deserialize;

use super::plain;

/// The longest text that is read from a cell, where the column says nothing else.
const LONGEST: usize = 500;

/// The columns of a sheet.
#[derive(Clone, Debug)]
pub struct Template {
    /// In the order in which the template shows them.
    pub columns: Vec<Column>,
    /// Every spelling of a header, plain, sorted.
    pub(super) spellings: Vec<Spelling>,
}

#[derive(Clone, Debug)]
pub(super) struct Spelling {
    pub(super) plain: String,
    pub(super) column: usize,
    pub(super) exact: bool,
}

/// One column of a template.
#[derive(Clone, Debug)]
pub struct Column {
    /// As the template shows it.
    pub header: String,
    /// `snake_case`, the key in [`super::Fields`].
    pub key: String,
    /// What its cells hold.
    pub kind: Kind,
    /// The column must be there and the cell filled.
    pub required: bool,
    /// For the person who fills in the sheet.
    pub help: String,
    /// Other headers that mean this column.
    pub synonyms: Vec<String>,
    /// What the example row shows.
    pub example: String,
    /// The choices of a [`Kind::Choice`].
    pub values: Vec<Choice>,
    /// Width in characters.
    pub width: u16,
    /// The longest text that is read from a cell, in bytes.
    pub longest: usize,
    /// A text that a spreadsheet may have made a date, such as a day and month.
    pub or_date: bool,
    /// Every spelling of a choice, plain, sorted, with the index of the choice.
    pub(super) choices: Vec<(String, usize)>,
}

/// One value of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// As it is stored and shown.
    pub value: String,
    /// Other spellings that are understood.
    pub also: Vec<String>,
    /// Is it offered in the drop-down? If not it is only understood.
    pub listed: bool,
}

/// What the cells of a column hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Words.
    Text,
    /// A person's name, or a place's: at least one letter.
    Name,
    /// A date.
    Date {
        /// It cannot lie after the run's day.
        not_future: bool,
    },
    /// Yes or no.
    YesNo,
    /// Several dates, with `;` between them.
    Dates,
    /// Pounds and pence, not negative.
    Money,
    /// How many: a number from nothing up to the most there can be.
    Number {
        /// It has no fraction.
        whole: bool,
        /// More can only be a slip.
        most: u32,
    },
    /// Pounds and pence that may be below nothing, as the balance of an account.
    Balance,
    /// One of a list.
    Choice,
    /// A number that is a name: so many digits.
    Digits {
        /// How many.
        length: usize,
        /// A number cell with at least this many has lost its leading zeros.
        number_from: usize,
        /// A text with at least this many has lost its leading zeros.
        text_from: usize,
    },
    /// A National Insurance number.
    Nino,
    /// A postcode.
    Postcode,
}

/// The template's own text is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("template: {0}")]
pub struct TemplateFault(String);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    column: Vec<Raw>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "the switches that a file of columns has")]
struct Raw {
    header: String,
    key: Option<String>,
    kind: String,
    #[serde(default)]
    required: bool,
    help: String,
    #[serde(default)]
    synonyms: Vec<String>,
    #[serde(default)]
    example: String,
    /// Each value with its other spellings.
    #[serde(default)]
    values: Vec<Vec<String>>,
    /// Values that are understood but not offered.
    #[serde(default)]
    understood: Vec<Vec<String>>,
    #[serde(default)]
    not_future: bool,
    #[serde(default)]
    whole: bool,
    most: Option<u32>,
    length: Option<usize>,
    number_from: Option<usize>,
    text_from: Option<usize>,
    width: Option<u16>,
    longest: Option<usize>,
    #[serde(default)]
    or_date: bool,
}

impl Template {
    /// Reads a template; a fault names the column.
    pub fn from_toml(text: &str) -> Result<Template, TemplateFault> {
        let file: File =
            toml::from_str(text).map_err(|error| TemplateFault(error.message().to_owned()))?;
        let columns: Vec<Column> =
            file.column.into_iter().map(Raw::column).collect::<Result<_, _>>()?;
        let mut spellings = Vec::new();
        for (index, column) in columns.iter().enumerate() {
            spellings.push(Spelling { plain: plain(&column.header), column: index, exact: true });
            spellings.extend(column.synonyms.iter().map(|synonym| Spelling {
                plain: plain(synonym),
                column: index,
                exact: false,
            }));
        }
        spellings.sort_by(|one, other| {
            (&one.plain, one.column, !one.exact).cmp(&(&other.plain, other.column, !other.exact))
        });
        spellings.dedup_by(|one, other| one.plain == other.plain && one.column == other.column);
        if let Some(twice) = spellings.windows(2).find(|pair| pair[0].plain == pair[1].plain) {
            return Err(TemplateFault(format!("the header {} is used twice", twice[0].plain)));
        }
        let mut keys: Vec<&str> = columns.iter().map(|column| column.key.as_str()).collect();
        keys.sort_unstable();
        if let Some([key, _]) = keys.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(TemplateFault(format!("the key {key} is used twice")));
        }
        Ok(Template { columns, spellings })
    }

    /// The column with this header.
    pub fn column(&self, header: &str) -> Option<&Column> {
        let header = plain(header);
        self.columns.iter().find(|column| plain(&column.header) == header)
    }

    /// The column with this key.
    pub fn keyed(&self, key: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.key == key)
    }

    /// The header of a key; the key itself if there is none.
    pub fn header<'t>(&'t self, key: &'t str) -> &'t str {
        self.keyed(key).map_or(key, |column| column.header.as_str())
    }
}

impl Column {
    /// The values of the drop-down.
    pub fn listed(&self) -> impl Iterator<Item = &str> {
        self.values.iter().filter(|choice| choice.listed).map(|choice| choice.value.as_str())
    }

    /// What would be right in this column, for a fault and for help.
    pub fn expected(&self) -> String {
        match self.kind {
            Kind::Text => "text".to_owned(),
            Kind::Name => "a name".to_owned(),
            Kind::Date { .. } => "a date, as dd/mm/yyyy".to_owned(),
            Kind::Dates => "dates, as dd/mm/yyyy; dd/mm/yyyy".to_owned(),
            Kind::Number { whole: true, most } => format!("a whole number from 0 to {most}"),
            Kind::Number { whole: false, most } => format!("a number from 0 to {most}"),
            Kind::YesNo => "yes or no".to_owned(),
            Kind::Money => "pounds and pence, as 123.45".to_owned(),
            Kind::Balance => "pounds and pence, as 123.45 or -123.45".to_owned(),
            Kind::Choice => {
                format!("one of: {}", self.listed().collect::<Vec<_>>().join(", "))
            }
            Kind::Digits { length, .. } => format!("{length} digits"),
            Kind::Nino => "a National Insurance number: two letters, six digits, and a letter \
                           from A to D"
                .to_owned(),
            Kind::Postcode => "a postcode, as AB1 2CD".to_owned(),
        }
    }
}

impl Raw {
    fn column(self) -> Result<Column, TemplateFault> {
        let kind = self.kind()?;
        let choice = |listed: bool| {
            move |mut words: Vec<String>| {
                let value = if words.is_empty() { String::new() } else { words.remove(0) };
                Choice { value, also: words, listed }
            }
        };
        let listed = self.values.into_iter().map(choice(true));
        let values: Vec<Choice> =
            listed.chain(self.understood.into_iter().map(choice(false))).collect();
        let mut choices = Vec::new();
        for (index, choice) in values.iter().enumerate() {
            choices.push((plain(&choice.value), index));
            choices.extend(choice.also.iter().map(|word| (plain(word), index)));
        }
        choices.sort();
        choices.dedup();
        if let Some(twice) = choices.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            let problem = format!("{}: the value {} is used twice", self.header, twice[0].0);
            return Err(TemplateFault(problem));
        }
        Ok(Column {
            key: self.key.unwrap_or_else(|| key_of(&self.header)),
            width: self.width.unwrap_or(18),
            longest: self.longest.unwrap_or(LONGEST),
            or_date: self.or_date,
            header: self.header,
            kind,
            required: self.required,
            help: self.help,
            synonyms: self.synonyms,
            example: self.example,
            values,
            choices,
        })
    }

    fn kind(&self) -> Result<Kind, TemplateFault> {
        let wrong = |problem: &str| Err(TemplateFault(format!("{}: {problem}", self.header)));
        Ok(match self.kind.as_str() {
            "text" => Kind::Text,
            "name" => Kind::Name,
            "date" => Kind::Date { not_future: self.not_future },
            "yes-no" => Kind::YesNo,
            "dates" => Kind::Dates,
            "money" => Kind::Money,
            "number" => {
                let Some(most) = self.most else { return wrong("a number needs a most") };
                Kind::Number { whole: self.whole, most }
            }
            "balance" => Kind::Balance,
            "choice" if self.values.is_empty() => return wrong("a choice needs values"),
            "choice" => Kind::Choice,
            "digits" => {
                let Some(length) = self.length else { return wrong("digits need a length") };
                let number_from = self.number_from.unwrap_or(length);
                let text_from = self.text_from.unwrap_or(length);
                Kind::Digits { length, number_from, text_from }
            }
            "nino" => Kind::Nino,
            "postcode" => Kind::Postcode,
            other => return wrong(&format!("no such kind: {other}")),
        })
    }
}

fn key_of(header: &str) -> String {
    let letters = header.chars().map(|letter| {
        if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '_' }
    });
    letters.collect()
}
