//! Runs the real thing end to end, and holds the house rules.
//!
//! `harness` makes an office with sheets and runs the program in it; `journeys` are what must hold
//! from a sheet to its results, whatever happens on the way; `browser` opens the page in a real
//! browser; `tidy` reads the repository itself.

#[cfg(test)]
mod browser;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod journeys;
#[cfg(test)]
mod tidy;
