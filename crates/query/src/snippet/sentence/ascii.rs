//! Where sentences begin in ASCII: the rules of
//! [UAX #29](https://www.unicode.org/reports/tr29/#Sentence_Boundary_Rules), of which only those
//! around a full stop, a question or exclamation mark and a line break ever part anything.

/// Byte offsets at which a sentence begins, but for the beginning of the text. LF is a blank like
/// any other unless `lines_part`.
pub(super) fn boundaries(text: &[u8], lines_part: bool) -> Vec<usize> {
    let text = Ascii { text, lines_part };
    let mut boundaries = Vec::new();
    let mut at = 0;
    while at < text.text.len() {
        if text.is(at, Ascii::is_line_break) {
            at += if text.is_crlf(at) { 2 } else { 1 };
            boundaries.push(at);
        } else if text.is(at, |_, byte| is_terminator(byte)) {
            let is_full_stop = text.text[at] == b'.';
            let (after, is_boundary) = text.after(at, is_full_stop);
            if is_boundary {
                boundaries.push(after);
            }
            at = after;
        } else {
            at += 1;
        }
    }
    boundaries.retain(|boundary| *boundary < text.text.len());
    boundaries
}

struct Ascii<'t> {
    text: &'t [u8],
    lines_part: bool,
}

impl Ascii<'_> {
    /// Where the marks and blanks that belong to the terminator at `at` end, and whether a sentence
    /// does so there too.
    fn after(&self, at: usize, is_full_stop: bool) -> (usize, bool) {
        let next = at + 1;
        // SB6 and SB7: `3.5`, `U.S`.
        let is_number = self.is(next, |_, byte| byte.is_ascii_digit());
        let is_name = self.is(next, |_, byte| byte.is_ascii_uppercase())
            && at > 0
            && self.text[at - 1].is_ascii_alphabetic();
        if is_full_stop && (is_number || is_name) {
            return (next, false);
        }
        // SB9 and SB10.
        let closed = self.skip(next, |_, byte| is_close(byte));
        let end = self.skip(closed, Self::is_blank);
        // SB4 parts after the line break; SB8a.
        let goes_on = |of: &Self, byte| {
            of.is_line_break(byte)
                || is_terminator(byte)
                || matches!(byte, b',' | b'-' | b':' | b';')
        };
        if self.is(end, goes_on) {
            return (end, false);
        }
        // SB8: a small letter comes before anything that could begin a sentence.
        let letter = self.skip(end, |of, byte| {
            !(byte.is_ascii_alphabetic() || of.is_line_break(byte) || is_terminator(byte))
        });
        let is_within = is_full_stop && self.is(letter, |_, byte| byte.is_ascii_lowercase());
        (end, !is_within)
    }

    fn is(&self, at: usize, what: impl Fn(&Self, u8) -> bool) -> bool {
        self.text.get(at).is_some_and(|byte| what(self, *byte))
    }

    fn skip(&self, from: usize, what: impl Fn(&Self, u8) -> bool) -> usize {
        let rest = self.text[from..].iter();
        from + rest.take_while(|byte| what(self, **byte)).count()
    }

    fn is_crlf(&self, at: usize) -> bool {
        self.lines_part && self.text[at..].starts_with(b"\r\n")
    }

    fn is_line_break(&self, byte: u8) -> bool {
        byte == b'\r' || (byte == b'\n' && self.lines_part)
    }

    fn is_blank(&self, byte: u8) -> bool {
        matches!(byte, b' ' | b'\t' | 0x0b | 0x0c) || (byte == b'\n' && !self.lines_part)
    }
}

fn is_terminator(byte: u8) -> bool {
    matches!(byte, b'.' | b'!' | b'?')
}

fn is_close(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'(' | b')' | b'[' | b']' | b'{' | b'}')
}
