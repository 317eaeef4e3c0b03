//! Rows about the size of an index.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use gleaner_benches::peers::Kind;
use gleaner_store::Store;
use tantivy::space_usage::{PerFieldSpaceUsage, SearcherSpaceUsage, SegmentSpaceUsage};

use crate::report::{megabytes, table};
use crate::run::Run;

/// The parts of an index by the extensions of its files, as tantivy has them.
const PARTS: [(&str, &str); 7] = [
    ("store", "stored text"),
    ("term", "words"),
    ("idx", "postings"),
    ("pos", "positions"),
    ("fast", "columns"),
    ("fieldnorm", "lengths"),
    ("", "all else"),
];

/// The size of each index by parts, then what each field of Gleaner takes.
pub(crate) fn sizes(run: &Run) {
    let mut columns = vec!["MB", "all", "segments"];
    columns.extend(PARTS.iter().map(|(_, name)| *name));
    let programs = [Kind::Gleaner, Kind::Apart, Kind::Combined, Kind::Fts5];
    let rows = programs.map(|kind| by_parts(kind, &run.index(kind)));
    table(&columns, &rows);
    println!("\nThe same of Gleaner by fields, MB:\n");
    by_fields(&run.index(Kind::Gleaner));
}

fn by_parts(kind: Kind, index: &Path) -> Vec<String> {
    let (mut sizes, mut segments) = ([0; PARTS.len()], 0);
    for entry in fs::read_dir(index).expect("a folder") {
        let entry = entry.expect("an entry");
        let path = entry.path();
        let extension = path.extension().unwrap_or_default().to_string_lossy();
        let part = PARTS.iter().position(|(part, _)| *part == extension);
        sizes[part.unwrap_or(PARTS.len() - 1)] += entry.metadata().expect("a file").len();
        segments += u64::from(extension == "store");
    }
    let mut row = vec![kind.name().to_owned(), megabytes(sizes.iter().sum())];
    row.push(segments.to_string());
    row.extend(sizes.map(megabytes));
    row
}

/// How a segment tells what its fields take of one part.
type Part = fn(&SegmentSpaceUsage) -> &PerFieldSpaceUsage;

fn by_fields(index: &Path) {
    let store = Store::open(index).expect("an index");
    let snapshot = store.snapshot().expect("a snapshot");
    let usage = snapshot.searcher().space_usage().expect("readable");
    let parts: [Part; 5] = [
        SegmentSpaceUsage::termdict,
        SegmentSpaceUsage::postings,
        SegmentSpaceUsage::positions,
        SegmentSpaceUsage::fast_fields,
        SegmentSpaceUsage::fieldnorms,
    ];
    let mut fields: BTreeMap<String, [u64; 5]> = BTreeMap::new();
    for (i, part) in parts.into_iter().enumerate() {
        add(&usage, part, &mut |field, bytes| {
            fields.entry(field).or_default()[i] += bytes;
        });
    }
    let all: u64 = fields.values().flatten().sum();
    let mut fields: Vec<(String, [u64; 5])> = fields.into_iter().collect();
    fields.sort_by_key(|(_, sizes)| std::cmp::Reverse(sizes.iter().sum::<u64>()));
    // One in two hundred is not worth a line.
    let is_large = |(_, sizes): &(String, [u64; 5])| sizes.iter().sum::<u64>() * 200 > all;
    let large = fields.iter().take_while(|field| is_large(field)).count();
    let mut others = ("others".to_owned(), [0; 5]);
    for (_, sizes) in fields.drain(large..) {
        for (sum, size) in others.1.iter_mut().zip(sizes) {
            *sum += size;
        }
    }
    fields.push(others);
    let rows = fields.into_iter().map(|(field, sizes)| {
        let mut row = vec![field, megabytes(sizes.iter().sum())];
        row.extend(sizes.map(megabytes));
        row
    });
    let columns = [
        "field",
        "all",
        "words",
        "postings",
        "positions",
        "column",
        "lengths",
    ];
    table(&columns, &rows.collect::<Vec<_>>());
}

fn add(usage: &SearcherSpaceUsage, part: Part, sink: &mut dyn FnMut(String, u64)) {
    for segment in usage.segments() {
        for field in part(segment).fields() {
            sink(field.field_name().to_owned(), field.total().get_bytes());
        }
    }
}
