//! One function for each command.

pub(crate) mod bench;
pub(crate) mod check;
pub(crate) mod complete;
pub(crate) mod eval;
pub(crate) mod fields;
pub(crate) mod index;
pub(crate) mod search;
pub(crate) mod similar;
pub(crate) mod status;
