//! The bytes of an article as an index stores it.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| gleaner_fuzz::stored_article(data));
