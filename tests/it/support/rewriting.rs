//! The platform rewrites its days: late sales, corrections, imports that are repeated, deletions.

use chrono::{Days, NaiveDate};
use fastrand::Rng;

/// The statement of a change, of any of the last `days`. The number makes its names new.
pub fn rewriting(random: &mut Rng, (today, days): (NaiveDate, u64), number: usize) -> String {
    let day = today - Days::new(random.u64(0..days));
    let sku = random.u32(1..41);
    match random.u32(0..12) {
        0 => format!("DELETE FROM daily_sales WHERE d = '{day}'"),
        1 => format!("DELETE FROM daily_sales WHERE d = '{day}' AND sku_id < {sku}"),
        2 => format!("UPDATE daily_sales SET commission_amount = commission_amount * 2 WHERE d = '{day}'"),
        3 => format!("UPDATE daily_sales SET d = '{day}' WHERE sku_id = {sku}"),
        4 => format!(
            "INSERT INTO daily_sales (d, sku_id, qty, refunds_qty, revenue_gross, refunds_amount, promo_cost,
                delivery_cost, commission_amount, src_hash)
             VALUES ('{day}', {sku}, 3, 1, 100.25, 20.5, 1, 2, 10.01, '{number}')"
        ),
        5 => format!("UPDATE sku SET marketplace = 'M{number}' WHERE id = {sku}"),
        6 => format!("UPDATE sku SET category = 'C{number}' WHERE id < {sku}"),
        7 => format!("UPDATE cashflow_daily SET net = net - 1000 WHERE d = '{day}'"),
        8 => format!("DELETE FROM cashflow_daily WHERE d = '{day}'"),
        9 => format!("UPDATE daily_sales SET revenue_gross = revenue_gross + 0.07, qty = qty + 1 WHERE d = '{day}' AND sku_id > {sku}"),
        10 => format!("DELETE FROM daily_sales WHERE d < '{day}' AND sku_id = {sku}"),
        _ => "UPDATE commission_rules SET rate_pct = rate_pct + 1".to_owned(),
    }
}
