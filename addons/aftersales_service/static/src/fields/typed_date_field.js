import { useEffect } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { DateTimeField, dateRangeField } from "@web/views/fields/datetime/datetime_field";

/**
 * A date range that shows what was typed.
 *
 * When a typed date starts an onchange, the standard field closes its picker before
 * the server has answered, takes the record's old value (nothing, on a new record)
 * back on the screen, and keeps it there. The record is right, the screen is not.
 * Here the screen follows the record, except while somebody types.
 */
export class TypedDateField extends DateTimeField {
    setup() {
        super.setup();
        useEffect(
            () => {
                if (!this.picker.activeInput) {
                    this.state.value = this.getRecordValue();
                    this.state.range = this.isRange(this.state.value);
                }
            },
            () => [JSON.stringify(this.getRecordValue())]
        );
        // the label of the form names the first of the two inputs only
        useEffect(() => {
            const end = this.endDate.el;
            if (end && !end.labels?.length) {
                const field = this.props.record.fields[this.endDateField];
                end.setAttribute("aria-label", field.string);
            }
        });
    }
}

registry.category("fields").add("aftersales_daterange", {
    ...dateRangeField,
    component: TypedDateField,
});
