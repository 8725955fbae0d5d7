//! The smallest program that answers `read-sheet`: what the tests start as their child.

fn main() {
    clerkwork_connectors::spreadsheet::answer_read_sheet();
}
