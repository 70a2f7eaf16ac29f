//! Has the package built anew when a pattern file comes, goes or changes: they are carried inside the binary.

fn main() {
    #[allow(
        clippy::print_stdout,
        reason = "this is how a build script speaks to cargo"
    )]
    {
        println!("cargo::rerun-if-changed=patterns");
    }
}
