//! Numbers, amounts and sizes, as the language writes them.

use fluent_bundle::{
    FluentValue,
    types::{FluentNumber, FluentNumberOptions},
};

use super::{Voice, say};
use crate::domain::{Lang, Money};

impl Voice {
    /// `12,345` or `12 345`.
    pub fn number(&self, number: i64) -> String {
        grouped(self.lang, &number.to_string())
    }

    /// A number that its text may choose a plural by, with its digits in groups or not.
    #[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^52")]
    pub fn counted(&self, number: i64, in_groups: bool) -> FluentValue<'static> {
        let options = FluentNumberOptions {
            use_grouping: in_groups,
            ..FluentNumberOptions::default()
        };
        FluentNumber::new(number as f64, options).into()
    }

    /// A number with `places` decimals, with the language's separators.
    pub fn decimal(&self, number: f64, places: usize) -> String {
        grouped(self.lang, &format!("{number:.places$}"))
    }

    /// `-15,000.00 RUB` or `−15 000,00 ₽`.
    pub fn money(&self, amount: Money) -> String {
        say!(
            self,
            "money",
            amount = grouped(self.lang, &amount.to_string())
        )
    }

    /// A size in MB, to one decimal.
    pub fn size(&self, megabytes: f64) -> String {
        say!(self, "size", amount = self.decimal(megabytes, 1))
    }

    #[expect(clippy::cast_precision_loss, reason = "one decimal of a size in MB")]
    pub fn size_limit(&self, megabytes: u64) -> String {
        self.size(megabytes as f64)
    }

    pub fn percent(&self, percent: f64) -> String {
        say!(self, "percent", amount = self.decimal(percent, 2))
    }

    pub fn milliseconds(&self, milliseconds: f64) -> String {
        say!(self, "milliseconds", amount = self.plain(milliseconds))
    }

    /// As many decimals as the number has, two at most.
    pub fn plain(&self, number: f64) -> String {
        let hundredths = (number * 100.0).round();
        let places = match hundredths {
            whole if whole % 100.0 == 0.0 => 0,
            tenths if tenths % 10.0 == 0.0 => 1,
            _ => 2,
        };
        self.decimal(number, places)
    }
}

/// Writes digits with a point among them the way the language does.
pub(super) fn grouped(lang: Lang, plain: &str) -> String {
    let (sign, digits) = match plain.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, plain),
    };
    let (whole, fraction) = match digits.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (digits, None),
    };
    if whole.is_empty() || !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return plain.to_owned();
    }
    let (minus, separator, point) = match lang {
        Lang::En => ("-", ',', '.'),
        Lang::Ru => ("\u{2212}", '\u{a0}', ','),
    };
    let mut written = String::from(if sign { minus } else { "" });
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            written.push(separator);
        }
        written.push(digit);
    }
    if let Some(fraction) = fraction {
        written.push(point);
        written += fraction;
    }
    written
}
