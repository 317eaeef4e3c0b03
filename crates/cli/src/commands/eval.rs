//! `gleaner eval`

use gleaner::{Judgements, Measures, Query, Searcher};

use crate::DONE;
use crate::args::{Arguments, EvalArgs};
use crate::console::Console;
use crate::failure::Failure;
use crate::trec::{self, DEPTH};

pub(crate) fn run(
    arguments: &Arguments,
    args: &EvalArgs,
    console: &mut Console<'_>,
) -> Result<u8, Failure> {
    let searcher = Searcher::open(&arguments.index)?;
    let queries = trec::queries(&args.queries)?;
    let hits = |text: &str| {
        let query = if args.syntax {
            Query::new(text)
        } else {
            Query::plain(text)
        };
        let query = query.limit(DEPTH).ladder(false);
        trec::hits(&searcher, &args.ranking.apply(query))
    };
    let qrels = &args.qrels;
    let judgements = Judgements::read(&trec::read(qrels)?)
        .map_err(|error| Failure::Input(format!("{}: {error}", qrels.display())))?;
    let mut all = Vec::new();
    for name in judgements.queries() {
        let text = queries
            .iter()
            .find(|(query, _)| query == name)
            .map(|(_, text)| text);
        let found = text.map(|text| hits(text)).transpose()?.unwrap_or_default();
        let documents: Vec<&String> = found.iter().map(|(document, _)| document).collect();
        let measures = judgements.measure(name, &documents);
        if args.per_query {
            write_measures(name, &measures, console)?;
        }
        all.push(measures);
    }
    write_measures("all", &Measures::mean(&all), console)?;
    let queries = all.len().to_string();
    console
        .out
        .columns(&[&format!("{:<22}", "num_q"), "all", &queries])?;
    Ok(DONE)
}

fn write_measures(
    query: &str,
    measures: &Measures,
    console: &mut Console<'_>,
) -> Result<(), Failure> {
    for (name, value) in measures.named() {
        let (name, value) = (format!("{name:<22}"), format!("{value:.4}"));
        console.out.columns(&[&name, query, &value])?;
    }
    Ok(())
}
