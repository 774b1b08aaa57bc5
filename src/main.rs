use std::process::ExitCode;

fn main() -> ExitCode {
    sovani_ops::cli::main()
}
