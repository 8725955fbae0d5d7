//! The reckoning, sum by sum.

use jiff::civil::date;

use super::*;

const OLD: &[u8] = b"one account";
const NEW: &[u8] = b"another account";

/// What is due in all to a child of this SCN, if it has one, to an account.
fn sum(scn: Option<&[u8]>, pence: i64, account: &[u8]) -> (ItemId, i64, Sum) {
    let sum = Sum {
        kind: "clothing-grant".to_owned(),
        period: "2025/26".to_owned(),
        strong: scn.map(<[u8]>::to_vec),
        weak: b"name and school".to_vec(),
        pence,
        due: date(2025, 8, 1),
        account: account.to_vec(),
        payee: b"payee".to_vec(),
        whom: b"whom".to_vec(),
        sealed: Vec::new(),
        commitment: [0; 32],
    };
    (ItemId(1), 1, sum)
}

impl Book {
    fn due(&mut self, sum: (ItemId, i64, Sum)) {
        let all = self.alike(sum.2.strong.as_deref(), Some(&sum.2.weak));
        self.settle(&all, Some(sum));
    }

    fn due_no_more(&mut self) {
        let all: Vec<usize> = (0..self.all.len()).collect();
        self.settle(&all, None);
    }

    /// What the store keeps of it: the nth payment stands there now.
    fn stands(&mut self, n: usize, state: State) {
        self.all[n].payment.state = state;
        self.fresh.clear();
        self.steps.clear();
    }

    fn states(&self) -> Vec<(State, i64, &str)> {
        let line = |it: &'_ Known| (it.payment.state, it.payment.pence);
        self.all.iter().map(|it| (line(it).0, line(it).1, it.payment.reason.as_str())).collect()
    }
}

#[test]
fn what_came_back_is_not_sent_to_the_same_account_by_itself() {
    let mut book = Book::beginning(1);
    book.due(sum(None, 15_000, OLD));
    book.stands(0, State::Returned);
    book.due(sum(None, 15_000, OLD));
    assert_eq!(book.states(), [(State::Returned, 15_000, "")]);
    // An SCN that is added later does not make another child of it.
    book.due(sum(Some(b"123456789"), 15_000, OLD));
    assert_eq!(book.states(), [(State::Returned, 15_000, "")]);
    assert!(book.steps.is_empty() && book.fresh.is_empty());
}

#[test]
fn a_corrected_account_takes_the_place_of_what_came_back() {
    let mut book = Book::beginning(1);
    book.due(sum(None, 15_000, OLD));
    book.stands(0, State::Returned);
    book.due(sum(Some(b"123456789"), 15_000, NEW));
    let expected = [(State::Withdrawn, 15_000, "came-back"), (State::Due, 15_000, "")];
    assert_eq!(book.states(), expected);
    assert_eq!(book.steps.len(), 1, "the old one is moved in the store");
    assert_eq!(book.all[1].payment.n, 2);
    // Once it left, the same again changes nothing.
    book.stands(1, State::Released);
    book.due(sum(Some(b"123456789"), 15_000, NEW));
    assert_eq!(book.states()[1], (State::Released, 15_000, ""));
    assert_eq!(book.all.len(), 2);
}

#[test]
fn what_came_back_of_a_larger_sum_is_replaced_by_what_is_due_in_all() {
    let mut book = Book::beginning(1);
    book.due(sum(None, 15_000, OLD));
    book.stands(0, State::Paid);
    book.due(sum(None, 17_500, OLD));
    book.stands(1, State::Paid);
    book.stands(0, State::Returned);
    assert_eq!(book.states(), [(State::Returned, 15_000, ""), (State::Paid, 2_500, "")]);
    book.due(sum(None, 20_000, OLD));
    let expected = [
        (State::Withdrawn, 15_000, "came-back"),
        (State::Paid, 2_500, ""),
        (State::Due, 17_500, ""),
    ];
    assert_eq!(book.states(), expected);
}

#[test]
fn what_came_back_and_is_due_no_more_is_withdrawn() {
    let mut book = Book::beginning(1);
    book.due(sum(None, 15_000, OLD));
    book.stands(0, State::Returned);
    book.due_no_more();
    assert_eq!(book.states(), [(State::Withdrawn, 15_000, "came-back")]);
}

#[test]
fn what_is_paid_too_much_is_claimed_back_from_where_it_went() {
    let mut book = Book::beginning(1);
    book.due(sum(None, 15_000, OLD));
    book.stands(0, State::Released);
    // A correction names another account, to which nothing went.
    book.due(sum(None, 17_500, NEW));
    assert_eq!(book.states()[1], (State::Due, 2_500, ""));
    book.due_no_more();
    let expected = [
        (State::Released, 15_000, ""),
        (State::Withdrawn, 2_500, "replaced"),
        (State::ClaimBack, -15_000, ""),
    ];
    assert_eq!(book.states(), expected);
    assert_eq!(book.all[2].account.as_deref(), Some(OLD));
}

#[test]
fn an_officers_pay_again_goes_to_the_account_of_that_payment() {
    let mut book = Book::beginning(1);
    book.due(sum(None, 15_000, OLD));
    book.stands(0, State::Returned);
    book.due(sum(None, 17_500, NEW));
    book.stands(1, State::Released);
    book.stands(0, State::Returned);
    book.add_like(&[0, 1], 15_000, |it| it.id == 1);
    assert_eq!(book.all[2].account.as_deref(), Some(OLD));
    assert_eq!((book.all[2].payment.n, book.all[2].payment.state), (3, State::Due));
}

#[test]
fn whoever_was_to_have_it_sooner_still_is() {
    let on = |day| {
        let (item, ruling, it) = sum(None, 15_000, OLD);
        (item, ruling, Sum { due: date(2025, 8, day), ..it })
    };
    let mut book = Book::beginning(1);
    book.due(on(12));
    book.stands(0, State::Due);
    book.due(on(20));
    assert_eq!(book.states(), [(State::Due, 15_000, "")]);
    book.due(on(1));
    let expected = [(State::Withdrawn, 15_000, "replaced"), (State::Due, 15_000, "")];
    assert_eq!(book.states(), expected);
    assert_eq!(book.all[1].payment.due, date(2025, 8, 1));
}
