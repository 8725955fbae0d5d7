//! Tables. At 320 px each row is a card with its columns' names in it.

use maud::{Markup, Render, html};

/// A table, made column by column, then row by row.
#[derive(Clone, Debug, Default)]
pub struct Table {
    caption: String,
    caption_hidden: bool,
    small: bool,
    row_headers: bool,
    live: Option<String>,
    columns: Vec<Column>,
    rows: Vec<Row>,
}

#[derive(Clone, Debug)]
struct Column {
    name: String,
    numeric: bool,
    hidden: bool,
}

#[derive(Clone, Debug)]
struct Row {
    id: Option<String>,
    cells: Vec<Markup>,
}

impl Table {
    /// A table; the caption says what it shows.
    pub fn new(caption: impl Into<String>) -> Self {
        Self { caption: caption.into(), ..Self::default() }
    }

    /// The caption is read out, not shown: a heading above says the same.
    pub fn caption_hidden(mut self) -> Self {
        self.caption_hidden = true;
        self
    }

    /// Small text, for tables with many columns.
    pub fn small(mut self) -> Self {
        self.small = true;
        self
    }

    /// The first cell of each row names the row.
    pub fn row_headers(mut self) -> Self {
        self.row_headers = true;
        self
    }

    /// Its rows are in an element of this `id`, so that a script finds them.
    pub fn body_id(mut self, id: impl Into<String>) -> Self {
        self.live = Some(id.into());
        self
    }

    /// A column.
    pub fn column(self, name: impl Into<String>) -> Self {
        self.with(name.into(), false, false)
    }

    /// A column of numbers, set to the right.
    pub fn numeric(self, name: impl Into<String>) -> Self {
        self.with(name.into(), true, false)
    }

    /// A column whose name is read out, not shown, such as that of the boxes to pick rows.
    pub fn unnamed(self, name: impl Into<String>) -> Self {
        self.with(name.into(), false, true)
    }

    fn with(mut self, name: String, numeric: bool, hidden: bool) -> Self {
        self.columns.push(Column { name, numeric, hidden });
        self
    }

    /// A row: a cell for each column, in their order.
    pub fn row(mut self, cells: Vec<Markup>) -> Self {
        self.rows.push(Row { id: None, cells });
        self
    }

    /// A row with an `id`.
    pub fn row_as(mut self, id: impl Into<String>, cells: Vec<Markup>) -> Self {
        self.rows.push(Row { id: Some(id.into()), cells });
        self
    }

    /// Several rows.
    pub fn rows(self, rows: impl IntoIterator<Item = Vec<Markup>>) -> Self {
        rows.into_iter().fold(self, Self::row)
    }

    /// Whether it has no rows: then show [`super::empty`] instead.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The table. Its roles are said again, for a browser forgets them when rows become cards.
    pub fn render(&self) -> Markup {
        let small =
            if self.small { " govuk-table--small-text-until-tablet cw-table--small" } else { "" };
        let caption = if self.caption_hidden {
            "govuk-visually-hidden"
        } else {
            "govuk-table__caption govuk-table__caption--m"
        };
        html! {
            table class={ "govuk-table cw-table" (small) } role="table" {
                caption class=(caption) { (self.caption) }
                thead class="govuk-table__head" role="rowgroup" {
                    tr class="govuk-table__row" role="row" {
                        @for column in &self.columns { (column.head()) }
                    }
                }
                tbody class="govuk-table__body" role="rowgroup" id=[self.live.as_deref()] {
                    @for row in &self.rows { (self.one(row)) }
                }
            }
        }
    }

    /// The rows alone, as a script adds them to a table that stands there already.
    pub fn render_rows(&self) -> Markup {
        html! { @for row in &self.rows { (self.one(row)) } }
    }

    fn one(&self, row: &Row) -> Markup {
        html! {
            tr class="govuk-table__row" role="row" id=[row.id.as_deref()] {
                @for (at, cell) in row.cells.iter().enumerate() {
                    (self.cell(self.columns.get(at), at == 0 && self.row_headers, cell))
                }
            }
        }
    }

    fn cell(&self, column: Option<&Column>, header: bool, cell: &Markup) -> Markup {
        let label = column.filter(|column| !column.hidden).map(|column| column.name.as_str());
        let numeric = column.is_some_and(|column| column.numeric);
        html! {
            @if header {
                th scope="row" class="govuk-table__header" role="rowheader" data-label=[label] {
                    (cell)
                }
            } @else {
                td class=(class("govuk-table__cell", numeric)) role="cell"
                    data-label=[label] { (cell) }
            }
        }
    }
}

impl Render for Table {
    fn render(&self) -> Markup {
        Self::render(self)
    }
}

impl Column {
    fn head(&self) -> Markup {
        html! {
            th scope="col" class=(class("govuk-table__header", self.numeric)) role="columnheader" {
                @if self.hidden {
                    span class="govuk-visually-hidden" { (self.name) }
                } @else {
                    (self.name)
                }
            }
        }
    }
}

fn class(base: &str, numeric: bool) -> String {
    if numeric { format!("{base} {base}--numeric") } else { base.to_owned() }
}
