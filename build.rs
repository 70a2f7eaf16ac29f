//! Tells cargo that the patterns and the bundled press, which the binary carries, are sources too.

fn main() {
    println!("cargo:rerun-if-changed=patterns");
    println!("cargo:rerun-if-changed=corpus/sites");
}
