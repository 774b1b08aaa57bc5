//! The charts, by their sizes and pixels.

use sovani_ops::{
    charts::{self, Chart, Panel, colour},
    domain::{Daily, Lang, Money, SloDays},
    facts::CashHistory,
};

use super::samples::{
    Colour, Decoded, TODAY, cash, daily, days_ago, drawn, measure, month, sizes, trends, voice,
    week,
};

/// Of the columns. A whole line is there in more than half of them, dashed or crossed out as it may be, and a legend's
/// swatch in far fewer.
const A_WHOLE_LINE: usize = 300;

fn one_target(figures: Vec<Option<f64>>) -> Chart {
    one_target_with(daily(figures))
}

fn one_target_with(ingest: Daily) -> Chart {
    let nothing = || daily(vec![None; ingest.figures.len()]);
    let days = SloDays {
        from: days_ago(i64::try_from(ingest.figures.len()).unwrap() - 1),
        to: TODAY,
        scheduler: nothing(),
        api_latency: nothing(),
        ingest,
    };
    let unmeasured = || measure(None, 98.0, None);
    let compliance = super::samples::compliance(
        measure(Some(95.0), 98.0, Some(true)),
        unmeasured(),
        unmeasured(),
    );
    charts::slo(&voice(Lang::En), &compliance, &days)
}

/// The middle of the uppermost rows in which the colour draws a whole line.
fn height_of_line(picture: &Decoded, colour: Colour) -> usize {
    let rows: Vec<usize> = (0..)
        .zip(picture.rows_of(colour))
        .filter(|(_, count)| *count > A_WHOLE_LINE)
        .map(|(row, _)| row)
        .collect();
    let first = *rows.first().expect("no such line");
    let together = rows.iter().zip(first..).filter(|(row, next)| *row == next);
    first + together.count() / 2
}

#[test]
fn every_picture_is_one_that_telegram_takes() {
    for lang in [Lang::En, Lang::Ru] {
        let voice = voice(lang);
        let charts = [
            charts::slo(&voice, &month().0, &month().1),
            charts::slo(&voice, &week().0, &week().1),
            trends(&voice),
        ];
        for chart in charts {
            let picture = drawn(lang, &chart);
            assert_eq!(picture.width, 1280, "{}", chart.title);
            assert!(
                (600..2400).contains(&picture.height),
                "{}: {}",
                chart.title,
                picture.height
            );
        }
    }
}

#[test]
fn a_panel_is_there_for_each_target_that_is_measured_and_a_line_for_the_others() {
    let notes = |chart: &Chart| {
        chart
            .panels
            .iter()
            .filter(|panel| matches!(panel, Panel::Note { .. }))
            .count()
    };
    let of = |(compliance, days)| charts::slo(&voice(Lang::En), &compliance, &days);
    assert_eq!((notes(&of(month())), notes(&of(week()))), (0, 2));
    let taller = drawn(Lang::En, &of(month())).height;
    assert!(drawn(Lang::En, &of(week())).height * 2 < taller);
}

#[test]
fn the_target_is_a_dashed_line_where_its_value_is() {
    let at_the_target = drawn(Lang::En, &one_target(vec![Some(98.0); 20]));
    let above = drawn(Lang::En, &one_target(vec![Some(99.0); 20]));
    let below = drawn(Lang::En, &one_target(vec![Some(97.0); 20]));
    // Two pictures with the same axis: in one of them the figures' line covers the target's.
    let target = height_of_line(&above, colour::LIMIT);
    let figures = height_of_line(&at_the_target, colour::BLUE);
    assert!(target.abs_diff(figures) <= 3, "{target} {figures}");
    assert!(height_of_line(&above, colour::BLUE) < height_of_line(&above, colour::LIMIT) - 20);
    assert!(height_of_line(&below, colour::BLUE) > height_of_line(&below, colour::LIMIT) + 20);
}

#[test]
fn a_day_that_missed_the_target_is_crossed_out() {
    let mut figures = vec![Some(99.0); 20];
    let kept = drawn(Lang::En, &one_target(figures.clone()));
    figures[10] = Some(97.0);
    let missed = drawn(Lang::En, &one_target(figures));
    let (kept, missed) = (kept.count_of(colour::LIMIT), missed.count_of(colour::LIMIT));
    assert!(missed > kept + 150, "{kept} {missed}");
}

#[test]
fn a_line_is_interrupted_where_nothing_was_measured() {
    let mut figures = vec![Some(99.0); 21];
    figures[10] = None;
    let picture = drawn(Lang::En, &one_target(figures.clone()));
    assert!(picture.count_of(colour::BAND) > 5000);
    let columns = picture.columns_of(colour::BLUE);
    let first = columns.iter().position(|count| *count > 0).unwrap();
    let last = columns.iter().rposition(|count| *count > 0).unwrap();
    let middle = usize::midpoint(first, last);
    assert!(
        columns[middle - 20..middle + 20]
            .iter()
            .all(|count| *count == 0)
    );

    figures[10] = Some(0.0);
    let at_nothing = drawn(Lang::En, &one_target(figures));
    assert_eq!(at_nothing.count_of(colour::BAND), 0);
    let columns = at_nothing.columns_of(colour::BLUE);
    assert!(columns[middle - 20] > 0);
}

#[test]
fn a_day_between_days_without_a_figure_is_still_seen() {
    let mut figures = vec![None; 15];
    figures[7] = Some(99.0);
    let picture = drawn(Lang::En, &one_target(figures));
    assert!(picture.count_of(colour::BLUE) > 100);
}

#[test]
fn the_budget_left_is_a_bar_a_day_until_it_is_used_up() {
    let with_budget = |left: Vec<Option<f64>>| {
        drawn(
            Lang::En,
            &one_target_with(Daily {
                figures: vec![Some(99.0); 10],
                budget_left: left,
            }),
        )
    };
    let none = with_budget(Vec::new());
    let whole = with_budget(vec![Some(1.0); 10]);
    let half = with_budget(vec![Some(0.5); 10]);
    let spent = with_budget(vec![Some(-0.2); 10]);
    assert_eq!(none.count_of(colour::GREEN), 0);
    assert!(whole.height > none.height);
    let (all, part) = (whole.count_of(colour::GREEN), half.count_of(colour::GREEN));
    assert!(all > part * 19 / 10 && all < part * 21 / 10, "{all} {part}");
    assert_eq!(spent.count_of(colour::GREEN), 0);
    assert!(spent.count_of(colour::LIMIT) > whole.count_of(colour::LIMIT));
}

#[test]
fn each_marketplace_has_a_line_of_its_own_beside_the_total() {
    let alone = |panel| Chart {
        title: "Cash".to_owned(),
        from: days_ago(29),
        to: TODAY,
        panels: vec![panel],
    };
    let voice = voice(Lang::En);
    let draw = |history: &CashHistory| {
        let panel = charts::cash(&voice, history, Money::from_roubles(-10_000)).unwrap();
        drawn(Lang::En, &alone(panel))
    };
    let both = draw(&cash());
    for line in [colour::BLUE, colour::ORANGE, colour::TEXT] {
        assert!(both.count_of(line) > 2000, "{line:?}");
    }
    assert_eq!(both.count_of(colour::GREEN), 0);

    let mut crowd = cash();
    for more in 0..40 {
        let days = crowd.marketplaces["WB"].clone();
        crowd
            .marketplaces
            .insert(format!("Marketplace {more}"), days);
    }
    let crowded = draw(&crowd);
    assert!(crowded.height < both.height + 200, "{}", crowded.height);

    crowd.marketplaces.clear();
    assert!(charts::cash(&voice, &crowd, Money::default()).is_none());
    assert!(charts::size(&voice, days_ago(29), &[], 5120.0).is_none());
}

#[test]
fn days_without_a_sample_of_the_size_are_not_bridged() {
    let voice = voice(Lang::En);
    let Some(Panel::Plot(plot)) = charts::size(&voice, days_ago(29), &sizes(), 5120.0) else {
        panic!("no plot");
    };
    let gaps = plot.lines[0]
        .points
        .iter()
        .filter(|(_, size)| size.is_none());
    assert_eq!(gaps.count(), 1);
}
