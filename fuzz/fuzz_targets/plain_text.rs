//! Plain text to passages, in every encoding.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| gleaner_fuzz::plain_text(data));
