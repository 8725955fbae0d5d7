//! What each kind of user does, from end to end, with scripts and without.
