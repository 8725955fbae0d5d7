//! From a sheet to its results, whatever happens on the way.

mod every_row;
