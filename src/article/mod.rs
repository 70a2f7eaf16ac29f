//! Turns a capture into an article; a broken page gives a poorer one, never an error.
