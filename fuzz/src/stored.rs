//! Bytes of an index to what they say.

use gleaner::{ArticlePath, Passage, Problem, read_article};
use gleaner_store::fuzzing::{
    open_list, read_document, read_passages, read_stamp, seal, unseal, write_document, write_stamp,
};

use super::choice;

/// The bytes of an article as an index stores it.
///
/// # Panics
/// If something does not hold.
pub fn stored_article(data: &[u8]) {
    let (chosen, bytes) = choice(data);
    match chosen % 4 {
        0 => document(bytes),
        1 => document(&framed(bytes)),
        2 => passages(bytes),
        _ => written(bytes),
    }
}

/// Bytes of a whole document: what can be read of them is the same when it is written and read again.
fn document(bytes: &[u8]) {
    let Ok(article) = read_document(bytes) else {
        return;
    };
    for (_, value) in &article.metadata {
        let _ = value.to_string();
    }
    for date in article.date.iter().chain(&article.updated) {
        let _ = (date.to_string(), date.end());
    }
    let write = |article| write_document(article, &[]).expect("it can be written");
    let written = write(article);
    let again = read_document(&written).expect("it can be read");
    // Numbers that are none do not equal themselves; their bytes do.
    assert_eq!(write(again), written);
}

/// A document that has these bytes where the article without its passages is.
fn framed(head: &[u8]) -> Vec<u8> {
    /// The number of values, the number of the field and the kind of its value.
    const START: usize = 1 + 4 + 1;
    let mut document = write_document(gleaner::Article::default(), &[]).expect("it can be written");
    document.truncate(START);
    // Seven bits a byte, the last one marked.
    document.extend([(head.len() & 0x7f) as u8, (head.len() >> 7) as u8 | 0x80]);
    document.extend_from_slice(head);
    document
}

/// Bytes of passages: what `postcard` reads of them, we read as well, and the same.
fn passages(bytes: &[u8]) {
    let own = read_passages(bytes);
    if let Ok((other, _)) = postcard::take_from_bytes::<Vec<Passage>>(bytes) {
        assert_eq!(own.as_ref().ok(), Some(&other));
    }
    let Ok(own) = own else { return };
    let written = postcard::to_stdvec(&own).expect("it can be written");
    assert_eq!(read_passages(&written).ok(), Some(own));
}

/// An article of a file: it is read as it was written, and where bytes are missing at the end, it is not read.
fn written(file: &[u8]) {
    let path = ArticlePath::from("a.md");
    let (Some(article), problems) = read_article(&path, file) else {
        return;
    };
    let bytes = write_document(article.clone(), &problems).expect("it can be written");
    let read = read_document(&bytes).expect("it can be read");
    assert_eq!(read, article);
    let cut = bytes.len() - 1 - file.len() % bytes.len();
    assert!(read_document(&bytes[..cut]).is_err(), "cut at {cut}");
    let _: Vec<String> = problems.iter().map(Problem::to_string).collect();
}

/// The list of segments with its checksum, and the stamp of an index folder.
///
/// # Panics
/// If something does not hold.
pub fn stamp(data: &[u8]) {
    let (chosen, bytes) = choice(data);
    match chosen % 4 {
        0 => {
            if unseal(bytes).is_ok() {
                list(bytes);
            }
        }
        1 => list(&seal(bytes)),
        2 => {
            let payload = String::from_utf8_lossy(bytes);
            let meta = serde_json::json!({ "segments": [], "payload": payload });
            list(&seal(meta.to_string().as_bytes()));
        }
        _ => record(bytes),
    }
}

/// A list of segments whose checksum is right: any other byte in it is told.
fn list(sealed: &[u8]) {
    if let Ok(found) = unseal(sealed) {
        let end = sealed.trim_ascii_end().iter().rposition(|&b| b == b'\n');
        let meta = &sealed[..end.expect("two lines")];
        assert_eq!(seal(meta), sealed);
        let _ = open_list(meta, &found);
    }
    let mut broken = sealed.to_vec();
    let place = sealed
        .iter()
        .fold(0, |sum, &byte| sum * 31 % 65_521 + usize::from(byte))
        % broken.len();
    broken[place] ^= 1 << (place % 8);
    assert!(unseal(&broken).is_err(), "a bit of byte {place} is another");
    assert!(unseal(&sealed[..place]).is_err(), "cut at {place}");
}

/// A stamp: what it says is the same when it is written and read again.
fn record(bytes: &[u8]) {
    let (_, Some(record)) = read_stamp(bytes) else {
        return;
    };
    let text = write_stamp(&record).expect("it can be written");
    let (version, again) = read_stamp(text.as_bytes());
    assert!(version.is_some());
    assert_eq!(again, Some(record));
}
