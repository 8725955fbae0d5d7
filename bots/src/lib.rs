//! Pure rules of the council's bots: cases, policies, rulings.
