//! The front matter of an article, and that the text below it stays whole.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| gleaner_fuzz::front_matter(data));
