//! Signals, where there are none to handle.

use std::path::Path;

use gleaner::Cancel;
use indicatif::ProgressBar;

/// Watches nothing.
pub(crate) struct Watch;

#[expect(
    clippy::unused_self,
    clippy::needless_pass_by_value,
    reason = "the same as where there are signals"
)]
impl Watch {
    pub(crate) fn start() -> Self {
        Self
    }

    pub(crate) fn works_on(&self, _: &Path) {}

    pub(crate) fn begin(&self, _: Cancel, _: ProgressBar) {}

    pub(crate) fn end(&self) -> Option<i32> {
        None
    }
}
