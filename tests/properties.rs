use std::sync::LazyLock;

use gleaner::{IngestOptions, Query, Searcher, read_article};
use proptest::prelude::*;

use crate::support::seeds;

static SEARCHER: LazyLock<Searcher> = LazyLock::new(|| {
    let (index, _) =
        gleaner::ingest_in_memory(seeds(), &IngestOptions::default()).expect("indexed");
    Searcher::of(&index).expect("a searcher")
});

/// Any bytes, and bytes that look like articles.
fn article() -> impl Strategy<Value = Vec<u8>> {
    let text = "(---\n)?([a-z.]{1,8}: [\\PC]{0,20}\n|- [\\PC]{0,9}\n){0,5}(---\n)?(#{0,3} ?[\\PC]{0,40}\n|\n|```\n|<b>|\\* ){0,8}";
    prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..300),
        text.prop_map(String::into_bytes)
    ]
}

/// Any text, and text made of what the query language is made of.
fn query() -> impl Strategy<Value = String> {
    let syntax = "(\"|\\(|\\)|-|\\+|\\*|\\?|/|~2|~|body:|path:|has:|missing:|7d|AND |OR |NOT |title:|quality:>|date:|topics:|[0-9]\\.\\.| |jung_e|brain|Clon|\\PC){0,12}";
    prop_oneof![any::<String>(), syntax]
}

proptest! {
    #[test]
    fn any_bytes_are_an_article_or_a_problem(bytes in article(), name in "[a-z]{1,3}\\.(md|txt|mdx)") {
        let (article, problems) = read_article(&name.as_str().into(), &bytes);
        let lines = 2 + bytes.iter().filter(|&&byte| byte == b'\n' || byte == b'\r').count() as u32;
        prop_assert!(article.is_some() || !problems.is_empty());
        for problem in &problems {
            if let Some(at) = problem.at {
                prop_assert!(at.line >= 1 && at.line <= lines && at.column >= 1, "{}", problem);
            }
        }
        for passage in article.iter().flat_map(|article| &article.passages) {
            prop_assert_eq!(passage.lines.len(), passage.text.matches('\n').count() + 1);
            prop_assert!(passage.lines.iter().all(|line| (1..=lines).contains(line)));
        }
    }

    #[test]
    fn any_text_is_a_query(text in query()) {
        let page = SEARCHER.search(&Query::new(&text)).expect("no text is an error");
        prop_assert_eq!(page.total, page.hits.len() as u64);
        prop_assert!(page.hits.is_sorted_by(|a, b| a.score > b.score || (a.score.total_cmp(&b.score).is_eq() && a.path < b.path)));
        for hit in &page.hits {
            prop_assert!(hit.score >= 0.0 && hit.line >= 1);
            for (text, marks) in [(&hit.snippet.text, &hit.snippet.marks), (&hit.title, &hit.title_marks)] {
                prop_assert!(marks.iter().all(|mark| text.get(mark.clone()).is_some_and(|m| !m.is_empty())));
                prop_assert!(marks.is_sorted_by(|a, b| a.end <= b.start));
            }
        }
        let plain = SEARCHER.search(&Query::plain(&text)).expect("no text is an error");
        prop_assert!(plain.total <= 3);
    }
}
