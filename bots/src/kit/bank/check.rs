//! One check: digits times weights, and what an exception changes of that.

use super::Table;

/// Six digits, from `u` to `z` of the specification.
pub(super) type SortCode = [u8; 6];

/// Weights from `u` to `h`.
pub(super) type Weights = [i16; 14];

/// What is checked, digit by digit.
#[derive(Clone, Copy)]
pub(super) struct Digits {
    pub(super) sort_code: SortCode,
    /// From `a` to `h`.
    pub(super) number: [u8; 8],
}

/// How weighted digits become a total, and what it is divided by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Algorithm {
    /// `MOD10` and `MOD11`: the sum of the products, divided by this.
    Standard(i32),
    /// `DBLAL`: the sum of the digits of the products, divided by 10.
    DoubleAlternate,
}

/// One row of the table of weights.
#[derive(Clone, Copy, Debug)]
pub(super) struct Check {
    pub(super) algorithm: Algorithm,
    pub(super) weights: Weights,
    /// 1 to 14 as published; 0 for none.
    pub(super) exception: u8,
}

/// Exception 1: the institution 580149 before the sort code, doubled and added up like the rest.
const INSTITUTION: i32 = 27;
/// Exception 2, where `a` is not 0; with `g` = 9 the positions `u` to `b` do not count.
const LLOYDS: Weights = [0, 0, 1, 2, 5, 3, 6, 4, 8, 7, 10, 9, 3, 1];
/// Exception 8.
const SANTANDER: SortCode = [0, 9, 0, 1, 2, 6];
/// Exception 9: where Lloyds holds all its accounts in euros.
const LLOYDS_EURO: SortCode = [3, 0, 9, 6, 3, 4];

impl Digits {
    /// Reads six digits and eight.
    pub(super) fn of(sort_code: &str, number: &str) -> Option<Self> {
        Some(Digits { sort_code: digits(sort_code)?, number: digits(number)? })
    }

    /// Is it numbered as an account in a foreign currency? Exception 6.
    pub(super) fn foreign(&self) -> bool {
        let [a, .., g, h] = self.number;
        (4..=8).contains(&a) && g == h
    }

    /// The number without its last digit, a 0 before it: the second check of exception 14. Only
    /// where that digit is 0, 1 or 9.
    pub(super) fn shifted(&self) -> Option<Self> {
        let mut number = self.number;
        number.rotate_right(1);
        let last = std::mem::take(&mut number[0]);
        matches!(last, 0 | 1 | 9).then_some(Digits { number, ..*self })
    }
}

impl Check {
    /// Does an account pass this one check?
    pub(super) fn passes(&self, account: &Digits, table: &Table) -> bool {
        let [_, _, c, _, _, _, g, h] = account.number.map(i32::from);
        if self.exception == 3 && matches!(c, 6 | 9) {
            return true;
        }
        let sort_code = match self.exception {
            5 => table.substitute(account.sort_code),
            8 => SANTANDER,
            9 => LLOYDS_EURO,
            _ => account.sort_code,
        };
        let modulus = self.algorithm.modulus();
        let total = self.total(&Digits { sort_code, ..*account });
        // A weight may be negative, and so may the total.
        let remainder = total.rem_euclid(modulus);
        match (self.exception, self.algorithm) {
            (4, _) => remainder == 10 * g + h,
            // Where 11 less the remainder is 10, no digit is equal to it: as published, a remainder
            // of 1 is wrong.
            (5, Algorithm::Standard(_)) => (modulus - remainder) % modulus == g,
            (5, Algorithm::DoubleAlternate) => (modulus - remainder) % modulus == h,
            _ => remainder == 0,
        }
    }

    /// Does the exception belong to this algorithm? Section 2.2.2.
    pub(super) fn is_specified(&self) -> bool {
        match self.exception {
            1 | 3 => self.algorithm == Algorithm::DoubleAlternate,
            2 | 4 | 9 | 10 | 11 | 14 => self.algorithm == Algorithm::Standard(11),
            _ => true,
        }
    }

    fn total(&self, account: &Digits) -> i32 {
        let digits = account.sort_code.iter().chain(&account.number);
        let weights = self.weights_for(account);
        let products =
            digits.zip(weights).map(|(digit, weight)| i32::from(*digit) * i32::from(weight));
        let total: i32 = match self.algorithm {
            Algorithm::Standard(_) => products.sum(),
            Algorithm::DoubleAlternate => products.map(sum_of_digits).sum(),
        };
        if self.exception == 1 { total + INSTITUTION } else { total }
    }

    fn weights_for(&self, account: &Digits) -> Weights {
        let [a, b, .., g, _] = account.number;
        match self.exception {
            2 if a != 0 && g == 9 => from_c(LLOYDS),
            2 if a != 0 => LLOYDS,
            7 if g == 9 => from_c(self.weights),
            10 if matches!(a, 0 | 9) && b == 9 && g == 9 => from_c(self.weights),
            _ => self.weights,
        }
    }
}

impl Algorithm {
    fn modulus(self) -> i32 {
        match self {
            Algorithm::Standard(modulus) => modulus,
            Algorithm::DoubleAlternate => 10,
        }
    }
}

/// The weights with those of `u` to `b` at zero.
fn from_c(mut weights: Weights) -> Weights {
    weights[..8].fill(0);
    weights
}

/// Of a product that is not negative: the table is not read otherwise.
fn sum_of_digits(mut product: i32) -> i32 {
    let mut sum = 0;
    while product > 0 {
        sum += product % 10;
        product /= 10;
    }
    sum
}

/// Reads a text that is just so many digits.
pub(super) fn digits<const N: usize>(text: &str) -> Option<[u8; N]> {
    let bytes: [u8; N] = text.as_bytes().try_into().ok()?;
    bytes.iter().all(u8::is_ascii_digit).then(|| bytes.map(|byte| byte - b'0'))
}
