import { capitalize } from "@web/core/utils/strings";
import { registry } from "@web/core/registry";
import {
    RemainingDaysField,
    remainingDaysField,
} from "@web/views/fields/remaining_days/remaining_days_field";

/**
 * A deadline in days.
 *
 * The standard field says "next month" of the day after tomorrow when the month ends
 * tomorrow, and "last year" of what is a week late: nobody can work to that.
 */
export class DeadlineField extends RemainingDaysField {
    get diffString() {
        const days = this.diffDays;
        if (days === null || Math.abs(days) > 99) {
            return super.diffString;
        }
        const value = this.props.record.data[this.props.name];
        return capitalize(value.toRelativeCalendar({ unit: "days" }));
    }
}

registry.category("fields").add("aftersales_deadline", {
    ...remainingDaysField,
    component: DeadlineField,
});
