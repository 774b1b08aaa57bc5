//! Series to be drawn, and pictures to be looked at.

use std::collections::BTreeMap;

use chrono::{Duration, NaiveDate};
use sovani_ops::{
    charts::{self, Chart},
    domain::{Compliance, Daily, Lang, Measure, MeasureStatus, Money, SloDays, Timestamp},
    facts::CashHistory,
    views::Voice,
};

pub const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2025, 10, 2).unwrap();
pub const THRESHOLD: Money = Money::from_roubles(-10_000);

/// Noon of 2 October 2025 in Moscow.
pub fn voice(lang: Lang) -> Voice {
    Voice {
        lang,
        zone: chrono_tz::Europe::Moscow,
        now: "2025-10-02 09:00:00".parse().unwrap(),
    }
}

pub fn days_ago(days: i64) -> NaiveDate {
    TODAY - Duration::days(days)
}

pub fn measure(actual: Option<f64>, target: f64, pass: Option<bool>) -> Measure {
    Measure {
        pass,
        actual,
        target,
        status: match (actual, pass) {
            (Some(_), _) => MeasureStatus::Ok,
            (None, Some(_)) => MeasureStatus::NoData,
            (None, None) => MeasureStatus::NotMeasured,
        },
        spending: None,
    }
}

pub fn compliance(ingest: Measure, scheduler: Measure, api_latency: Measure) -> Compliance {
    Compliance {
        from: days_ago(29),
        to: TODAY,
        days_analyzed: 29,
        days_pending: 1,
        days_forgotten: 0,
        days_before_sales: 0,
        counted_from: None,
        ingest,
        scheduler,
        api_latency,
        overall_pass: false,
        days: Vec::new(),
    }
}

pub fn daily(figures: Vec<Option<f64>>) -> Daily {
    Daily {
        figures,
        budget_left: Vec::new(),
    }
}

/// A month in which all three targets are measured, each with a hole, a bad day and a budget.
pub fn month() -> (Compliance, SloDays) {
    let wave = |day: u32, height: f64| (f64::from(day) * 0.9).sin() * height;
    let ingest = (0..30).map(|day| match day {
        9 => Some(0.0),
        29 => None,
        day => Some(100.0 - f64::from(u8::from(day % 11 == 4)) * 3.0),
    });
    let scheduler = (0..30).map(|day| match day {
        3..=6 => None,
        17 => Some(93.1),
        day => Some(99.0 + wave(day, 0.9)),
    });
    let latency = (0..30).map(|day| match day {
        0..=2 | 12 | 14 => None,
        13 => Some(800.0),
        20 => Some(1890.0),
        day => Some(840.0 + wave(day, 260.0)),
    });
    let budget = |start: f64, burn: f64| {
        (0..30_u32)
            .map(|day| Some(start - burn * f64::from(day)))
            .collect::<Vec<_>>()
    };
    let days = SloDays {
        from: days_ago(29),
        to: TODAY,
        ingest: Daily {
            figures: ingest.collect(),
            budget_left: budget(0.4, 0.03),
        },
        scheduler: daily(scheduler.collect()),
        api_latency: Daily {
            figures: latency.collect(),
            budget_left: budget(1.0, 0.016),
        },
    };
    let compliance = compliance(
        measure(Some(96.41), 99.0, Some(false)),
        measure(Some(98.74), 98.0, Some(true)),
        measure(Some(1012.0), 1200.0, Some(true)),
    );
    (compliance, days)
}

/// A week in which only the ingestion is measured.
pub fn week() -> (Compliance, SloDays) {
    let figures = [100.0, 100.0, 100.0, 0.0, 100.0, 100.0];
    let figures = figures.map(Some).into_iter().chain([None]).collect();
    let days = SloDays {
        from: days_ago(6),
        to: TODAY,
        ingest: daily(figures),
        scheduler: daily(vec![None; 7]),
        api_latency: daily(vec![None; 7]),
    };
    let compliance = compliance(
        measure(Some(83.33), 99.0, Some(false)),
        measure(None, 98.0, None),
        measure(None, 1200.0, None),
    );
    (compliance, days)
}

/// So many days up to today, all three targets measured on most of them.
pub fn long(days: u32) -> (Compliance, SloDays) {
    let wave = |day: u32, every: f64| (f64::from(day) / every).sin();
    let figures = |figure: &dyn Fn(u32) -> f64| -> Vec<Option<f64>> {
        (0..days)
            .map(|day| (day % 97 < 90).then(|| figure(day)))
            .collect()
    };
    let (compliance, _) = month();
    let days = SloDays {
        from: days_ago(i64::from(days) - 1),
        to: TODAY,
        ingest: daily(figures(&|day| if day % 41 == 7 { 0.0 } else { 100.0 })),
        scheduler: daily(figures(&|day| 99.0 + wave(day, 9.0) * 1.4)),
        api_latency: daily(figures(&|day| 900.0 + wave(day, 30.0) * 420.0)),
    };
    (compliance, days)
}

pub fn cash() -> CashHistory {
    let balances = |start: i64, step: i64, from: i64| {
        (0..30_i64)
            .map(|day| {
                let roubles = start + step * day + (day * 7919 % 13 - 6) * 2_000;
                (day >= from).then(|| Money::from_roubles(roubles))
            })
            .collect()
    };
    CashHistory {
        from: days_ago(29),
        to: TODAY,
        marketplaces: BTreeMap::from([
            ("OZON".to_owned(), balances(90_000, -4_100, 0)),
            ("WB".to_owned(), balances(140_000, 2_300, 5)),
        ]),
    }
}

/// A sample every two hours, with the bot away for three days.
pub fn sizes() -> Vec<(Timestamp, i64)> {
    let first: Timestamp = "2025-09-03 00:10:00".parse().unwrap();
    (0..354_i64)
        .filter(|sample| !(120..156).contains(sample))
        .map(|sample| {
            let bytes = 4_100_000_000 + sample * 3_600_000 + (sample % 12) * 9_000_000;
            (first + Duration::hours(2 * sample), bytes)
        })
        .collect()
}

pub fn trends(voice: &Voice) -> Chart {
    let panels = [
        charts::cash(voice, &cash(), THRESHOLD),
        charts::size(voice, days_ago(29), &sizes(), 5120.0),
    ];
    Chart {
        title: voice.text("trends-title", &[]),
        from: days_ago(29),
        to: TODAY,
        panels: panels.map(Option::unwrap).into(),
    }
}

/// A picture as a phone would decode it.
pub struct Decoded {
    pub width: u32,
    pub height: u32,
    pixels: Vec<u8>,
}

impl Decoded {
    pub fn of(png: &[u8]) -> Self {
        let mut reader = png::Decoder::new(std::io::Cursor::new(png))
            .read_info()
            .unwrap();
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut pixels).unwrap();
        assert_eq!(info.color_type, png::ColorType::Rgb);
        Self {
            width: info.width,
            height: info.height,
            pixels,
        }
    }

    /// How many pixels of each row have exactly this colour.
    pub fn rows_of(&self, colour: Colour) -> Vec<usize> {
        let row = usize::try_from(self.width).unwrap() * 3;
        let wanted = [colour.0, colour.1, colour.2];
        self.pixels
            .chunks(row)
            .map(|row| row.chunks(3).filter(|pixel| *pixel == wanted).count())
            .collect()
    }

    /// The same for each column.
    pub fn columns_of(&self, colour: Colour) -> Vec<usize> {
        let width = usize::try_from(self.width).unwrap();
        let wanted = [colour.0, colour.1, colour.2];
        let mut columns = vec![0; width];
        for (at, pixel) in self.pixels.chunks(3).enumerate() {
            columns[at % width] += usize::from(pixel == wanted);
        }
        columns
    }

    pub fn count_of(&self, colour: Colour) -> usize {
        self.rows_of(colour).iter().sum()
    }
}

pub type Colour = plotters::style::RGBColor;

pub fn drawn(lang: Lang, chart: &Chart) -> Decoded {
    Decoded::of(&charts::draw(&voice(lang), chart).unwrap())
}
