//! The list of golden cases; a test compares it with the folder.

use crate::kit::Golden;
use crate::kit::golden::golden;

/// Every file of `cases/`.
pub(super) const CASES: &[Golden] = golden![];
