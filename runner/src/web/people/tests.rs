//! People's pages, and the guard before every page: what must hold whoever asks.

mod managing;
mod signing_in;
