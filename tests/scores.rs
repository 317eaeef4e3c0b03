use std::fs;
use std::sync::LazyLock;

use gleaner::{Boost, Date, Explanation, IngestOptions, Precision, Query, Searcher, Weights};
use proptest::prelude::*;

use crate::support::{Folder, hold_for};

/// 400 made articles in several segments, some of them deleted: words as frequent as in running
/// text, in titles, headings, prose and related articles.
static MADE: LazyLock<(Folder, Searcher)> = LazyLock::new(|| {
    let folder = Folder::new(&[]);
    let mut state = 7_u64;
    let mut word = move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        // As many words of one digit as of two, so the first ones are frequent.
        let digits = [9, 80][(state >> 40) as usize % 2];
        format!("w{}", 1 + (state >> 33) % digits)
    };
    let mut words = move |count: usize| (0..count).map(|_| word()).collect::<Vec<_>>().join(" ");
    for i in 0..500 {
        let text = format!(
            "---\ntitle: {}\nquality: {}\ndate: 20{:02}-01-01\nrelated:\n  - title: {}\n---\n\n# {}\n\n{}.\n",
            words(3 + i % 5),
            i % 7,
            i % 25,
            words(4),
            words(2),
            words(10 + i % 60),
        );
        folder.write(&format!("{i:03}.md"), text);
        if [150, 300, 499].contains(&i) {
            folder.ingest();
        }
    }
    for i in (0..500).step_by(5) {
        fs::remove_file(folder.articles().join(format!("{i:03}.md"))).expect("removed");
    }
    folder.ingest_with(&IngestOptions::default());
    let searcher = Searcher::open(folder.index()).expect("a searcher");
    (folder, searcher)
});

/// 9,000 short articles, more than are looked at together, with frequent words, rare ones and very
/// rare ones, and some of them deleted.
static MANY: LazyLock<(Folder, Searcher)> = LazyLock::new(|| {
    let folder = Folder::new(&[]);
    for i in 0..9_000_u32 {
        let text = format!(
            "---\ntitle: w{} x{}\n---\nw{} w{} w{} w1 y{} z{}\n",
            1 + i % 4,
            i % 90,
            1 + i % 3,
            1 + i.wrapping_mul(7_919) % 9,
            1 + i.wrapping_mul(104_729) % 60,
            i % 700,
            i % 4_000,
        );
        folder.write(&format!("{i:04}.md"), text);
    }
    folder.ingest();
    for i in (0..9_000).step_by(13) {
        fs::remove_file(folder.articles().join(format!("{i:04}.md"))).expect("removed");
    }
    folder.ingest();
    let searcher = Searcher::open(folder.index()).expect("a searcher");
    (folder, searcher)
});

/// Queries whose words are in the many articles.
fn query_of_many() -> impl Strategy<Value = Query> {
    let text = "([+]?(w[1-9]|w[1-6][0-9]|x[1-8][0-9]|y[1-6][0-9]{2}|z[1-3][0-9]{3}|y[1-3]\\*|z\\*|\"w[1-4] x1[0-9]\"|title:w[1-4]) ){1,4}";
    (text, any::<bool>()).prop_map(|(text, all)| Query::new(text).all(all))
}

/// Queries whose words are in the made articles.
fn query() -> impl Strategy<Value = Query> {
    let text = "((w[1-7]?[1-9]|w[1-9]|[+-]w[1-9]|w[1-7]\\*|\"w[1-4] w[1-3]\"|w[1-9] AND w[1-9]|title:w[1-9]|quality:>[0-5]|w[1-9]-w[1-9]) ){1,6}";
    let flags = proptest::bits::u8::ANY;
    (text, flags).prop_map(|(text, flags)| {
        let is = |bit: u8| flags & 1 << bit != 0;
        let mut query = if is(0) {
            Query::plain(text)
        } else {
            Query::new(text)
        };
        query = query.feedback(is(1) && is(2)).all(is(3) && is(4));
        if is(5) {
            let now = Date::from_civil(2024, 5, 6, Precision::Day).expect("a date");
            query = query.boost(Boost::Recent).now(now);
        }
        if is(6) {
            query = query.boost(Boost::Quality);
        }
        if is(7) {
            let mut weights = Weights::default();
            weights.title = 3.0;
            weights.near = 2.0;
            weights.exact = 0.0;
            weights.k1 = 0.4;
            query = query.weights(weights);
        }
        query
    })
}

fn sum(explanation: &Explanation) -> f64 {
    let values = explanation.parts.iter().map(|part| part.value);
    values.fold(0.0, |sum, value| sum + value)
}

/// Each case goes through all hits of a query: enough of them are thousands of hits.
const CASES: u32 = 500;

/// Most documents are never scored; the page is as if all had been.
#[test]
fn the_best_hits_are_those_of_scoring_everything() {
    hold_for(CASES, &query(), |query| {
        let searcher = &MADE.1;
        let all = searcher
            .search_paths(&query.clone().limit(1000))
            .expect("a page");
        let best = searcher
            .search_paths(&query.clone().limit(7))
            .expect("a page");
        prop_assert_eq!(&all.paths[..all.paths.len().min(7)], &best.paths[..]);
        prop_assert_eq!(all.total, all.paths.len() as u64);
        prop_assert_eq!(all.total, best.total);
        let later = searcher
            .search_paths(&query.limit(5).offset(20))
            .expect("a page");
        let expected: Vec<_> = all.paths.iter().skip(20).take(5).cloned().collect();
        prop_assert_eq!(expected, later.paths);
        Ok(())
    });
}

/// The same where the articles are more than are looked at together.
#[test]
fn the_best_of_many_are_those_of_scoring_everything() {
    hold_for(CASES, &query_of_many(), |query| {
        let searcher = &MANY.1;
        let all = searcher
            .search_paths(&query.clone().limit(10_000))
            .expect("a page");
        let best = searcher
            .search_paths(&query.clone().limit(10))
            .expect("a page");
        prop_assert_eq!(&all.paths[..all.paths.len().min(10)], &best.paths[..]);
        prop_assert_eq!(all.total, all.paths.len() as u64);
        prop_assert_eq!(all.total, best.total);
        let counted = searcher.search_paths(&query.limit(0)).expect("a page");
        prop_assert_eq!(all.total, counted.total);
        Ok(())
    });
}

/// A single word is looked for in a way of its own, but not beside an exclusion, even of what is nowhere;
/// and exclusions change no score.
#[test]
fn the_best_of_a_single_word_are_those_of_scoring_everything() {
    let text = "w[1-9]|w[1-7][0-9]|x[1-8][0-9]|y[1-6][0-9]{0,2}|z[1-3][0-9]{3}|y[1-3]\\*|w[1-9]~";
    let values = (text, 1..40_usize, 0..3_u8);
    hold_for(CASES / 2, &values, |(text, limit, exact)| {
        let mut weights = Weights::default();
        weights.exact = f64::from(exact);
        let otherwise = Query::new(format!("{text} -nowhere")).weights(weights);
        let query = Query::new(text).weights(weights);
        for searcher in [&MADE.1, &MANY.1] {
            let all = searcher.search_paths(&otherwise.clone().limit(10_000));
            let best = searcher.search_paths(&query.clone().limit(limit));
            let (all, best) = (all.expect("a page"), best.expect("a page"));
            prop_assert_eq!(&all.paths[..all.paths.len().min(limit)], &best.paths[..]);
            prop_assert_eq!(all.total, all.paths.len() as u64);
            prop_assert_eq!(all.total, best.total);
            let counted = searcher.search_paths(&query.clone().limit(0));
            prop_assert_eq!(all.total, counted.expect("a page").total);
        }
        Ok(())
    });
}

/// Beside a frequent word, articles with the rarer ones are looked at first, but not where there is an
/// exclusion as well.
#[test]
fn a_frequent_word_beside_rare_ones_hides_no_article() {
    let words = "w[1-3] (w[1-3]|x[1-8][0-9]|y[1-6][0-9]{0,2}|z[1-3][0-9]{3})( y[1-6][0-9]{0,2})?";
    hold_for(CASES / 2, &(words, 0..40_usize), |(text, limit)| {
        let searcher = &MANY.1;
        let plain = |text: &str| Query::new(text).collapse(false);
        let otherwise = plain(&format!("{text} -nowhere")).limit(10_000);
        let all = searcher.search_paths(&otherwise).expect("a page");
        let best = searcher.search_paths(&plain(&text).limit(limit));
        let best = best.expect("a page");
        prop_assert_eq!(&all.paths[..all.paths.len().min(limit)], &best.paths[..]);
        prop_assert_eq!(all.total, best.total);
        let page = searcher.search(&plain(&text).limit(limit)).expect("a page");
        let with_all = plain(&text).all(true).ladder(false).limit(0);
        let with_all = searcher.search_paths(&with_all);
        if let Some(counted) = page.with_all_words {
            prop_assert_eq!(counted, with_all.expect("a page").total);
        }
        Ok(())
    });
}

#[test]
fn explanations_add_up_to_the_score() {
    hold_for(CASES, &(query(), 0..60_usize), |(query, from)| {
        let query = query.collapse(false).offset(from).limit(40).explain(true);
        let page = MADE.1.search(&query).expect("a page");
        for hit in &page.hits {
            let explanation = hit.explanation.as_ref().expect("asked for");
            prop_assert_eq!(sum(explanation).to_bits(), hit.score.to_bits());
            prop_assert!(explanation.words_there <= explanation.words);
            prop_assert!(explanation.words_in_title <= explanation.words_there);
        }
        if let Some(counted) = page
            .with_all_words
            .filter(|_| page.hits.len() as u64 == page.total)
        {
            let explanations = page.hits.iter().filter_map(|hit| hit.explanation.as_ref());
            let with_all = explanations.filter(|why| why.words_there == why.words);
            prop_assert_eq!(counted, with_all.count() as u64);
        }
        Ok(())
    });
}

#[test]
fn all_words_can_be_required() {
    let searcher = &MADE.1;
    let some = Query::new("w5 w6 w7").limit(500).explain(true);
    let some = searcher.search(&some).expect("a page");
    let all = Query::new("w5 w6 w7").limit(500).all(true);
    let all = searcher.search_paths(&all).expect("a page");
    assert_eq!(some.with_all_words, Some(all.total));
    assert!(all.total > 0 && all.total < some.total);
}

#[test]
fn a_boost_reorders_near_ties_only() {
    let searcher = &MADE.1;
    let plain = Query::new("w9").limit(500);
    let boosted = plain.clone().boost(Boost::Quality);
    let [plain, boosted] =
        [plain, boosted].map(|query| searcher.search_paths(&query).expect("a page"));
    assert_ne!(plain.paths, boosted.paths);
    for (path, score) in &boosted.paths {
        let (_, before) = plain
            .paths
            .iter()
            .find(|(other, _)| other == path)
            .expect("the same hits");
        assert!(
            (0.899_999..=1.100_001).contains(&(score / before)),
            "{score} was {before}"
        );
    }
}
