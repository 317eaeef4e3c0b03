//! The list of segments with its checksum, and the stamp of an index folder.
#![no_main]

mod caught;

libfuzzer_sys::fuzz_target!(
    init: caught::let_panics_be_caught(),
    |data: &[u8]| caught::run(gleaner_fuzz::stamp, data)
);
