//! The `gleaner` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut console = gleaner_cli::Console::of_process(false);
    ExitCode::from(gleaner_cli::run_on(std::env::args_os(), &mut console))
}
