//! Other systems, each spoken to in its own published protocol.
