//! The first program with Gleaner: index a folder, put a query, show the hits.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example shows something"
)]

use gleaner::{Error, IngestOptions, Query, Searcher};

fn main() -> gleaner::Result<()> {
    // Brings `index/` up to date with `seeds/`. Unchanged files are not read again.
    let report = gleaner::ingest("seeds", "index", &IngestOptions::default())?;
    eprintln!("{report}"); // 412 articles: 3 added, 1 changed, 0 removed, 408 unchanged
    for problem in &report.problems {
        eprintln!("{problem}"); // a.md:4:7: front matter: `publishedDateTime` is not a date
    }

    // A snapshot: it never sees a half-written index.
    let searcher = match Searcher::open("index") {
        Err(Error::NotFound { path }) => {
            eprintln!("{}: no index yet", path.display());
            return Ok(());
        }
        other => other?,
    };

    let query = Query::new(r#""brain cloning" provider:decider -trailer"#);
    let page = searcher.search(&query.limit(10))?;
    for note in &page.notes {
        eprintln!("note: {note}");
    }
    println!("{} hits in {:.1?}", page.total, page.elapsed);
    for hit in &page.hits {
        println!("{:>6.2}  {}  {}", hit.score, hit.path, hit.title);
        println!("        {}", hit.snippet.mark("[", "]"));
    }
    Ok(())
}
