//! Holds what the linker promises whatever the cases: order, increments, corrections.
