//! An index folder with one damaged file: opened, searched, compared with its checksums.
#![no_main]

mod caught;

libfuzzer_sys::fuzz_target!(
    init: caught::let_panics_be_caught(),
    |data: &[u8]| caught::run(gleaner_fuzz::index_folder, data)
);
