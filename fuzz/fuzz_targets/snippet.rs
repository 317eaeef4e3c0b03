//! An article and words to what is shown of it.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| gleaner_fuzz::snippet(data));
