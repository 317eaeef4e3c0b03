//! `gleaner status`

use crate::DONE;
use crate::args::{Arguments, StatusArgs, StatusFormat};
use crate::console::Console;
use crate::failure::Failure;
use crate::output;

pub(crate) fn run(
    arguments: &Arguments,
    args: &StatusArgs,
    console: &mut Console<'_>,
) -> Result<u8, Failure> {
    let status = gleaner::status(&arguments.index)?;
    match args.format {
        StatusFormat::Text => output::text::write_status(&status, &arguments.index, console)?,
        StatusFormat::Json => {
            output::json::write_status(&status, &arguments.index, &mut console.out)?;
        }
    }
    Ok(DONE)
}
