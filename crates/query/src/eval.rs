//! Measuring a ranking against judgements, by the conventions of `trec_eval`.
//!
//! Judgements come in TREC's format, `query 0 document grade` a line. Grades above 0 are relevant.
//! Every judged query counts: one without hits scores 0 (`trec_eval -c`). Documents without a
//! judgement are not relevant. A graded nDCG takes the grade as gain and `log2(rank + 1)` as discount
//! (Järvelin and Kekäläinen 2002, <https://doi.org/10.1145/582415.582418>).

use std::collections::{BTreeMap, HashMap};
use std::fmt;

/// Judgements of documents for queries.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Judgements {
    by_query: BTreeMap<String, HashMap<String, i64>>,
}

/// A line of judgements that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgementError {
    /// 1-based line.
    pub line: usize,
    /// What is wrong with it.
    pub why: &'static str,
}

impl fmt::Display for JudgementError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.why)
    }
}

impl std::error::Error for JudgementError {}

impl Judgements {
    /// Reads judgements; blank lines are passed over.
    ///
    /// # Errors
    /// [`JudgementError`] names the first line that has not four columns or no whole number as grade.
    pub fn read(text: &str) -> Result<Self, JudgementError> {
        let mut judgements = Self::default();
        for (i, line) in text.lines().enumerate() {
            let fail = |why| JudgementError { line: i + 1, why };
            match line.split_whitespace().collect::<Vec<_>>()[..] {
                [] => {}
                [query, _, document, grade] => {
                    let grade = grade
                        .parse()
                        .map_err(|_| fail("the grade is no whole number"))?;
                    let query = judgements.by_query.entry(query.to_owned()).or_default();
                    query.insert(document.to_owned(), grade);
                }
                _ => return Err(fail("not four columns: query, 0, document, grade")),
            }
        }
        Ok(judgements)
    }

    /// The judged queries, in order.
    pub fn queries(&self) -> impl Iterator<Item = &str> {
        self.by_query.keys().map(String::as_str)
    }

    /// Measures the documents found for a query, the best first. A query without judgements
    /// measures 0.
    pub fn measure<S: AsRef<str>>(&self, query: &str, documents: &[S]) -> Measures {
        let Some(judged) = self.by_query.get(query) else {
            return Measures::default();
        };
        let grade = |document: &S| judged.get(document.as_ref()).copied().unwrap_or(0).max(0);
        let grades: Vec<i64> = documents.iter().map(grade).collect();
        let relevant = judged.values().filter(|grade| **grade > 0).count();
        let mut ideal: Vec<i64> = judged
            .values()
            .copied()
            .filter(|grade| *grade > 0)
            .collect();
        ideal.sort_unstable_by(|a, b| b.cmp(a));
        let found = |depth: usize| {
            grades
                .iter()
                .take(depth)
                .filter(|grade| **grade > 0)
                .count() as f64
        };
        let per = |count: f64, of: f64| if of > 0.0 { count / of } else { 0.0 };
        let first = grades.iter().position(|grade| *grade > 0);
        Measures {
            map: per(precision_sum(&grades), relevant as f64),
            ndcg_10: per(gain(&grades), gain(&ideal)),
            p_10: found(10) / 10.0,
            recall_100: per(found(100), relevant as f64),
            mrr: first.map_or(0.0, |first| 1.0 / (first + 1) as f64),
        }
    }
}

/// Sum of the precisions at each relevant document.
fn precision_sum(grades: &[i64]) -> f64 {
    let mut found = 0.0;
    let mut sum = 0.0;
    for (i, _) in grades.iter().enumerate().filter(|(_, grade)| **grade > 0) {
        found += 1.0;
        sum += found / (i + 1) as f64;
    }
    sum
}

/// Discounted cumulative gain of the first ten.
fn gain(grades: &[i64]) -> f64 {
    let discounted = |(i, grade): (usize, &i64)| *grade as f64 / ((i + 2) as f64).log2();
    grades.iter().take(10).enumerate().map(discounted).sum()
}

/// How good a ranking is, each from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Measures {
    /// Average precision; over several queries, its mean.
    pub map: f64,
    /// Normalized discounted cumulative gain of the first 10.
    pub ndcg_10: f64,
    /// Share of relevant documents among the first 10.
    pub p_10: f64,
    /// Share of the relevant documents that are among the first 100.
    pub recall_100: f64,
    /// Reciprocal rank of the first relevant document; over several queries, its mean.
    pub mrr: f64,
}

impl Measures {
    /// The measures with the names `trec_eval` has for them.
    pub fn named(&self) -> [(&'static str, f64); 5] {
        [
            ("map", self.map),
            ("ndcg_cut_10", self.ndcg_10),
            ("P_10", self.p_10),
            ("recall_100", self.recall_100),
            ("recip_rank", self.mrr),
        ]
    }

    /// The mean of each measure; 0 of nothing.
    pub fn mean(all: &[Self]) -> Self {
        let mean = |of: fn(&Self) -> f64| all.iter().map(of).sum::<f64>() / all.len().max(1) as f64;
        Self {
            map: mean(|m| m.map),
            ndcg_10: mean(|m| m.ndcg_10),
            p_10: mean(|m| m.p_10),
            recall_100: mean(|m| m.recall_100),
            mrr: mean(|m| m.mrr),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(measures: Measures) -> [String; 5] {
        measures.named().map(|(_, value)| format!("{value:.4}"))
    }

    /// Worked by hand: relevant at ranks 1, 3 and 6 of three relevant and one missing.
    #[test]
    fn the_figures_are_those_of_the_definitions() {
        let judgements = Judgements::read("q 0 a 1\nq 0 b 0\nq 0 c 2\nq 0 d 1\n\nq 0 e 1\n")
            .expect("judgements");
        let measures = judgements.measure("q", &["a", "b", "c", "x", "y", "d"]);
        // (1/1 + 2/3 + 3/6) / 4; (1 + 2/2 + 1/log2(7)) / (2 + 1/log2(3) + 1/2 + 1/log2(5)).
        assert_eq!(
            shown(measures),
            ["0.5417", "0.6616", "0.3000", "0.7500", "1.0000"]
        );
        assert_eq!(judgements.measure("q", &[] as &[&str]), Measures::default());
        assert_eq!(judgements.measure("other", &["a"]), Measures::default());
    }

    #[test]
    fn a_mean_counts_every_query() {
        let one = Measures {
            map: 1.0,
            ..Measures::default()
        };
        assert!((Measures::mean(&[one, Measures::default()]).map - 0.5).abs() < 1e-12);
        assert_eq!(Measures::mean(&[]), Measures::default());
    }

    #[test]
    fn a_bad_line_is_named() {
        let error = Judgements::read("q 0 a 1\nq a 1").expect_err("an error");
        assert_eq!(
            error.to_string(),
            "line 2: not four columns: query, 0, document, grade"
        );
        let error = Judgements::read("q 0 a x").expect_err("an error");
        assert_eq!(error.to_string(), "line 1: the grade is no whole number");
    }
}
