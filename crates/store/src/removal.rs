//! Which documents the articles of some paths are.

use std::io;

use tantivy::DocId;
use tantivy::columnar::BytesColumn;

use crate::article::ArticlePath;

/// All documents of a segment that have one of these paths, deleted ones too, in ascending order.
pub(crate) fn documents_of(column: &BytesColumn, paths: &[ArticlePath]) -> io::Result<Vec<DocId>> {
    let mut wanted = vec![false; column.num_terms()];
    let mut any = false;
    for path in paths {
        if let Some(place) = column.dictionary().term_ord(path.as_bytes())? {
            wanted[place as usize] = true;
            any = true;
        }
    }
    if !any {
        return Ok(Vec::new());
    }
    let is_wanted = |doc: &DocId| {
        let place = column.ords().first(*doc);
        place.is_some_and(|place| wanted.get(place as usize).copied().unwrap_or_default())
    };
    Ok((0..column.num_rows()).filter(is_wanted).collect())
}
