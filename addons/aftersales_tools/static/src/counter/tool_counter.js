import { _t } from "@web/core/l10n/translation";
import { isBarcodeScannerSupported } from "@web/core/barcode/barcode_video_scanner";
import { NameAndSignature } from "@web/core/signature/name_and_signature";
import { registry } from "@web/core/registry";
import { scanCode } from "@aftersales_service/scan/scan_dialog";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { useBus, useService } from "@web/core/utils/hooks";
import { uuid } from "@web/core/utils/strings";

import { Component, onMounted, useEffect, useRef, useState } from "@odoo/owl";

const { DateTime } = luxon;

const MODEL = "aftersales.tool.custody";

/**
 * The storekeeper's screen for a person standing at the counter: scan the person,
 * scan the tools, sign, done. Keyboard wedge scanners, typing and the camera all end
 * in the same `onCode`. No step needs the mouse: Enter in the empty field goes on to
 * the signature and then confirms, each other step has its own key.
 */
export class ToolCounter extends Component {
    static template = "aftersales_tools.ToolCounter";
    static components = { NameAndSignature };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.barcode = useService("barcode");
        this.input = useRef("code");
        this.root = useRef("root");
        this.hasCamera = isBarcodeScannerSupported();
        this.kinds = [
            ["issue", _t("Issue")],
            ["return", _t("Return")],
            ["handover", _t("Hand-over")],
            ["replace", _t("Old for New")],
        ];
        this.conditions = [
            ["good", _t("Good")],
            ["worn", _t("Worn")],
            ["damaged", _t("Damaged")],
            ["lost", _t("Lost")],
        ];
        this.state = useState(this.blank());
        useBus(this.barcode.bus, "barcode_scanned", (ev) => {
            // typed into the field: the Enter key sends it
            if (ev.detail.target !== this.input.el) {
                this.onCode(ev.detail.barcode);
            }
        });
        onMounted(() => this.focus());
        useEffect(
            (done) => (done ? this.focusOn("button[name=next]") : this.focus()),
            () => [this.state.done]
        );
        useEffect(
            () => this.focusOn(".o_counter_people button, .o_counter_choices button"),
            () => [this.state.people, this.state.choices]
        );
    }

    blank() {
        return {
            kind: "issue",
            person: null,
            receiver: null,
            people: [],
            choices: [],
            lines: [],
            dueDate: "",
            reason: "",
            busy: false,
            done: null,
            error: "",
            // sent with the slip: a repeated click or answer issues nothing twice
            key: uuid(),
            signature: this.blankSignature(),
            receiverSignature: this.blankSignature(),
        };
    }

    blankSignature() {
        return { name: "", isSignatureEmpty: true, signatureImage: false };
    }

    focus() {
        this.input.el?.focus();
    }

    focusOn(selector) {
        this.root.el.querySelector(selector)?.focus();
    }

    get needsReceiver() {
        return this.state.kind === "handover";
    }

    get canConfirm() {
        const { person, receiver, lines, busy, signature, receiverSignature } = this.state;
        return (
            !busy &&
            person &&
            lines.length &&
            !signature.isSignatureEmpty &&
            (!this.needsReceiver || (receiver && !receiverSignature.isSignatureEmpty))
        );
    }

    get today() {
        return DateTime.local().toISODate();
    }

    get prompt() {
        if (!this.state.person) {
            return _t("Scan the badge or type the name");
        }
        if (this.needsReceiver && !this.state.receiver) {
            return _t("Scan the badge or type the name of the receiver");
        }
        return _t("Scan a tool, product or kit");
    }

    setKind(kind) {
        this.state.kind = kind;
        this.state.error = "";
        this.state.lines = [];
        this.state.receiver = null;
        this.focus();
    }

    onKeydown(ev) {
        if (ev.key === "Enter") {
            ev.preventDefault();
            ev.stopPropagation();
            const code = ev.target.value;
            ev.target.value = "";
            if (code.trim()) {
                this.onCode(code);
            } else {
                // scanners never send nothing: the storekeeper goes on
                this.goOn();
            }
        }
    }

    goOn() {
        const { person, lines, signature } = this.state;
        if (this.canConfirm) {
            this.confirm();
        } else if (person && lines.length) {
            const area =
                this.needsReceiver && !signature.isSignatureEmpty
                    ? ".o_counter_receiver_signature"
                    : ".o_counter_signature";
            this.focusOn(`${area} .o_web_sign_auto_button`);
        }
    }

    onSigned(signature, mode) {
        if (mode === "auto" && !signature.isSignatureEmpty) {
            this.focus();
        }
    }

    async onCamera() {
        this.state.error = "";
        try {
            this.onCode(await scanCode(this.env));
        } catch (error) {
            this.fail(error);
        }
    }

    async onCode(code) {
        if (!code || !code.trim()) {
            return;
        }
        this.state.error = "";
        this.state.people = [];
        this.state.choices = [];
        const waiting =
            !this.state.person || (this.needsReceiver && !this.state.receiver);
        try {
            const found = await this.orm.silent.call(MODEL, "counter_scan", [
                code,
                waiting ? false : this.state.person.id,
            ]);
            this.take(found);
        } catch (error) {
            this.fail(error);
        }
        this.focus();
    }

    take(found) {
        if (found.type === "person") {
            this.setPerson(found.person);
        } else if (found.type === "people") {
            this.state.people = found.people;
        } else if (found.type === "lots") {
            this.state.choices = found.lots;
        } else if (found.type === "lot") {
            this.addLine(found.lot);
        } else if (found.type === "product") {
            this.addLine(found.product);
        } else if (found.type === "kit") {
            found.lines.forEach((line) => this.addLine(line));
        }
    }

    fail(error) {
        this.state.error = error?.data?.message || error?.message || String(error);
    }

    setPerson(person) {
        this.state.people = [];
        if (this.needsReceiver && this.state.person) {
            this.state.receiver = person;
            this.state.receiverSignature.name = person.name;
        } else {
            this.state.person = person;
            this.state.signature.name = person.name;
        }
        this.focus();
    }

    async choosePerson(id) {
        this.setPerson(await this.orm.call(MODEL, "counter_person", [id]));
    }

    addLine(tool) {
        this.state.choices = [];
        const { lines, kind, person } = this.state;
        if (tool.lot_id && lines.some((line) => line.lot_id === tool.lot_id)) {
            this.state.error = _t("%s is on the slip already.", tool.serial);
            return;
        }
        if (kind === "issue" && tool.state && tool.state !== "stock") {
            this.state.error = tool.custodian
                ? _t("%(tool)s is out already: %(person)s holds it.", {
                      tool: tool.serial,
                      person: tool.custodian,
                  })
                : _t("%(tool)s cannot be issued: it is “%(state)s”.", {
                      tool: tool.serial,
                      state: tool.state_name,
                  });
            return;
        }
        if (kind !== "return" && tool.calibration_overdue) {
            this.state.error = _t("%s: calibration overdue.", tool.serial);
            return;
        }
        if (
            ["return", "handover"].includes(kind) &&
            person &&
            tool.lot_id &&
            !person.held.some((held) => held.lot_id === tool.lot_id)
        ) {
            this.state.error = _t("%(person)s does not hold %(tool)s.", {
                person: person.name,
                tool: tool.serial,
            });
            return;
        }
        if (tool.tracking === "serial" && !tool.lot_id) {
            this.state.error = _t("Scan the serial number of %s.", tool.product);
            return;
        }
        const same = lines.find(
            (line) => !line.lot_id && !tool.lot_id && line.product_id === tool.product_id
        );
        if (same) {
            same.quantity += tool.quantity || 1;
            return;
        }
        lines.push({
            ...tool,
            quantity: tool.lot_id ? 1 : tool.quantity || 1,
            condition: "good",
            by_fault: false,
            note: "",
        });
    }

    addHeld(held) {
        if (["return", "handover", "replace"].includes(this.state.kind)) {
            this.state.error = "";
            this.addLine({ ...held, quantity: 1, state: "held" });
        }
        this.focus();
    }

    removeLine(index) {
        this.state.lines.splice(index, 1);
        this.focus();
    }

    image(signature) {
        return signature.getSignatureImage().split(",")[1];
    }

    async confirm() {
        if (!this.canConfirm) {
            return;
        }
        const { state } = this;
        state.busy = true;
        state.error = "";
        try {
            state.done = await this.orm.call(MODEL, "counter_submit", [
                {
                    kind: state.kind,
                    employee_id: state.person.id,
                    to_employee_id: this.needsReceiver ? state.receiver.id : false,
                    lines: state.lines.map((line) => ({
                        product_id: line.product_id,
                        lot_id: line.lot_id,
                        quantity: line.quantity,
                        condition: state.kind === "return" ? line.condition : "good",
                        by_fault: line.by_fault,
                        note: line.note,
                    })),
                    date_due: state.dueDate || false,
                    reason: state.reason,
                    signature: this.image(state.signature),
                    signed_by: state.signature.name,
                    to_signature: this.needsReceiver
                        ? this.image(state.receiverSignature)
                        : false,
                    key: state.key,
                },
            ]);
            this.notification.add(_t("%s is done.", state.done.name), {
                type: "success",
            });
        } catch (error) {
            this.fail(error);
        } finally {
            state.busy = false;
        }
    }

    async print() {
        await this.action.doAction("aftersales_tools.action_report_tool_slip", {
            additionalContext: { active_ids: [this.state.done.id] },
        });
    }

    openSlip() {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: MODEL,
            res_id: this.state.done.id,
            views: [[false, "form"]],
        });
    }

    next() {
        Object.assign(this.state, this.blank());
        this.focus();
    }
}

registry.category("actions").add("aftersales_tool_counter", ToolCounter);
