//! Bytes of a file to an article.

use std::borrow::Cow;

use gleaner::{Article, PassageKind, Problem, TitleSource, Value, read_article};

/// The front matter of an article, and that the text below it stays whole.
///
/// # Panics
/// If something does not hold.
pub fn front_matter(data: &[u8]) {
    let Some(article) = read("a.txt", data) else {
        return;
    };
    for (key, value) in &article.metadata {
        assert!(!key.is_empty());
        if let Value::Float(number) = value {
            assert!(number.is_finite());
        }
        let _ = value.to_string();
    }
    for date in article.date.iter().chain(&article.updated) {
        assert!(date.seconds() < date.end(), "{date}");
    }
    for (i, topic) in article.topics.iter().enumerate() {
        assert!(!article.topics[..i].contains(topic), "{topic} twice");
    }
    if let Some(text) = plain_utf8(data) {
        has_all_lines(&article, text);
        if data.len().is_multiple_of(4) {
            let other = read("a.txt", text.replace('\n', "\r\n").as_bytes());
            assert_eq!(other.as_ref(), Some(&article), "with other line ends");
        }
    }
}

/// Markdown to passages.
///
/// # Panics
/// If something does not hold.
pub fn markdown(data: &[u8]) {
    let Some(article) = read("a.md", data) else {
        return;
    };
    let mut before = 1;
    for passage in &article.passages {
        let texts: Vec<&str> = passage.text.split('\n').collect();
        assert!(!passage.text.trim().is_empty());
        assert!(!texts[0].is_empty() && !texts[texts.len() - 1].is_empty());
        for (text, &line) in texts.iter().zip(&passage.lines) {
            assert!(before <= line, "lines go back");
            before = line;
            assert_eq!(text.trim_end(), *text);
            if passage.kind != PassageKind::Code {
                assert!(text.trim() == *text && !text.is_empty());
            }
        }
    }
}

/// Plain text to passages, in every encoding.
///
/// # Panics
/// If something does not hold.
pub fn plain_text(data: &[u8]) {
    let Some(article) = read("a.txt", data) else {
        return;
    };
    let Some(text) = plain_utf8(data) else {
        return;
    };
    has_all_lines(&article, text);
    let utf16 = |bytes_of: fn(u16) -> [u8; 2]| -> Vec<u8> {
        let units = std::iter::once(0xfeff).chain(text.encode_utf16());
        units.flat_map(bytes_of).collect()
    };
    let other = match data.len() % 4 {
        0 => text.replace('\n', "\r\n").into_bytes(),
        1 => [b"\xef\xbb\xbf", data].concat(),
        2 => utf16(u16::to_le_bytes),
        _ => utf16(u16::to_be_bytes),
    };
    let other = read("a.txt", &other);
    assert_eq!(other.as_ref(), Some(&article), "in another encoding");
}

/// Reads an article, and looks whether all its places are in the file.
fn read(path: &str, data: &[u8]) -> Option<Article> {
    let (article, problems) = read_article(&path.into(), data);
    let ends = data.iter().filter(|&&byte| byte == b'\n' || byte == b'\r');
    // A front matter that nothing ends may be told to end behind the last line.
    let lines = 2 + ends.count() as u32;
    assert!(article.is_some() || !problems.is_empty());
    for Problem { at, kind, .. } in &problems {
        if let Some(at) = at {
            assert!((1..=lines).contains(&at.line) && at.column >= 1, "{kind}");
        }
        assert!(!kind.to_string().contains('\n'), "{kind}");
    }
    let article = article?;
    for passage in &article.passages {
        assert_eq!(passage.lines.len(), passage.text.matches('\n').count() + 1);
        let in_file = |line| (1..=lines).contains(line);
        assert!(passage.lines.iter().all(in_file), "{passage:?}");
    }
    let title = &article.title;
    assert!((1..=lines).contains(&title.line), "{title:?}");
    if article.title_source != TitleSource::FileName {
        assert!(
            !title.text.trim().is_empty() && !title.text.contains('\n'),
            "{title:?}"
        );
    }
    for line in article.related.iter().map(|related| related.line) {
        assert!((2..=lines).contains(&line), "related in line {line}");
    }
    Some(article)
}

/// The text of a file in UTF-8 with `\n` at the ends of its lines and no byte order mark.
fn plain_utf8(data: &[u8]) -> Option<&str> {
    let text = str::from_utf8(data).ok()?;
    let is_plain = !text.contains('\r') && !text.starts_with('\u{feff}');
    is_plain.then_some(text)
}

/// Every line that is not blank comes out as it is and in its place. Only what stands at the top, below a fence, may
/// have been taken for a front matter.
fn has_all_lines(article: &Article, text: &str) {
    let all: Vec<(u32, Cow<'_, str>)> = (1..)
        .zip(text.split('\n'))
        .map(|(number, line)| (number, Cow::Borrowed(line.trim())))
        .filter(|(_, line)| !line.is_empty())
        .collect();
    let passages = article.passages.iter();
    let found = passages.flat_map(|p| p.lines.iter().copied().zip(p.text.split('\n')));
    let found: Vec<(u32, &str)> = found.collect();
    let taken = all.len().checked_sub(found.len());
    let taken = taken.expect("no more lines than there are");
    for ((number, line), found) in all[taken..].iter().zip(&found) {
        assert_eq!((*number, &**line), *found);
    }
    if taken > 0 {
        let first = text.split('\n').next().unwrap_or_default().trim_end();
        assert!(["---", "+++"].contains(&first), "{taken} lines are lost");
    } else {
        assert_eq!(article.metadata, []);
    }
}
