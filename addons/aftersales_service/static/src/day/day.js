import {
    Component,
    onPatched,
    onWillStart,
    useExternalListener,
    useRef,
    useState,
} from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { ConnectionLostError, RPCError } from "@web/core/network/rpc";
import { deserializeDateTime, formatDateTime, serializeDateTime } from "@web/core/l10n/dates";
import { isBarcodeScannerSupported } from "@web/core/barcode/barcode_video_scanner";
import { Mutex } from "@web/core/utils/concurrency";
import { registry } from "@web/core/registry";
import { scanCode } from "@aftersales_service/scan/scan_dialog";
import { SignatureDialog } from "@web/core/signature/signature_dialog";
import { user } from "@web/core/user";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { useService } from "@web/core/utils/hooks";
import { _t } from "@web/core/l10n/translation";

const { DateTime } = luxon;
const MODEL = "aftersales.order";
const STORE = "aftersales_day";
/** The server refuses larger photos, too; nobody should wait for the upload first. */
const PHOTO_LIMIT = 10 * 1024 * 1024;

/** Names one call, so that the server knows when it is sent again. */
function makeKey(orderId) {
    return `${orderId}-${Date.now()}-${Math.random()}`;
}

/** What was typed survives a lost connection: one draft per order in the browser. */
class DraftStore {
    constructor(orderId) {
        this.key = `${STORE}.${orderId}`;
    }
    read() {
        try {
            return JSON.parse(browser.localStorage.getItem(this.key) || "{}");
        } catch {
            return {};
        }
    }
    write(draft) {
        browser.localStorage.setItem(this.key, JSON.stringify(draft));
    }
    clear() {
        browser.localStorage.removeItem(this.key);
    }
}

export class MyDay extends Component {
    static template = "aftersales_service.MyDay";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.action = useService("action");
        this.fileInput = useRef("file");
        this.canScan = isBarcodeScannerSupported();
        this.state = useState({
            orders: [],
            order: null,
            values: {},
            section: "checks",
            code: "",
            refusal: null,
            busy: false,
            offline: false,
            error: "",
            waiting: 0,
        });
        // photos don't fit into the browser's store: they wait here, by order
        this.photosByOrder = {};
        this.mutex = new Mutex();
        this.outbox = new Mutex();
        this.steps = useRef("steps");
        onWillStart(() =>
            this.props.resId ? this.open(Number(this.props.resId)) : this.loadDay()
        );
        useExternalListener(window, "online", () => this.state.order && this.sendWaiting());
        // the step worked on stays in sight
        onPatched(() =>
            this.steps.el
                ?.querySelector(".btn-primary")
                ?.scrollIntoView({ block: "nearest", inline: "center" })
        );
    }

    // ---- reading -------------------------------------------------------------

    async loadDay() {
        await this.guard(async () => {
            this.state.orders = await this.orm.call(MODEL, "get_my_day", []);
        });
    }

    async open(orderId) {
        await this.guard(async () => {
            this.show(await this.orm.call(MODEL, "get_phone_data", [[orderId]]));
            this.state.section = this.sections[0]?.key || "";
        });
        // the phone's back button leads to the list, a reload to this order
        if (this.state.order) {
            this.props.updateActionState?.({ resId: orderId });
        } else {
            await this.loadMissed();
        }
    }

    /** The order can't be opened: show why, and the list. */
    async loadMissed() {
        const { error, offline } = this.state;
        await this.loadDay();
        Object.assign(this.state, { error, offline });
    }

    async back() {
        this.props.updateActionState?.({ resId: false });
        this.state.order = null;
        this.state.refusal = null;
        await this.loadDay();
    }

    /** Show an order as the server has it, what was typed and not saved on top. */
    show(order) {
        this.state.order = order;
        this.store = new DraftStore(order.id);
        if (["reported", "done"].includes(order.state)) {
            this.store.clear();
        }
        const draft = this.store.read();
        this.state.values = { ...order.values, ...(draft.values || {}) };
        this.countWaiting();
    }

    get photos() {
        const { id } = this.state.order;
        this.photosByOrder[id] = this.photosByOrder[id] || [];
        return this.photosByOrder[id];
    }

    get scans() {
        return this.store.read().scans || [];
    }

    countWaiting() {
        this.state.waiting = this.scans.length + this.photos.length;
    }

    // ---- helpers of the template -------------------------------------------------

    time(value) {
        return value ? formatDateTime(deserializeDateTime(value), { format: "MM-dd HH:mm" }) : "";
    }

    telUrl(card) {
        return `tel:${card.phone.replace(/\s/g, "")}`;
    }

    mapUrl(card) {
        return `https://uri.amap.com/search?keyword=${encodeURIComponent(card.address)}`;
    }

    get sections() {
        const { order } = this.state;
        if (order.state !== "on_site") {
            return [];
        }
        const has = (...stages) => order.checks.some((check) => stages.includes(check.stage));
        const filled = (...names) => names.every((name) => this.state.values[name]);
        const ticked = (...stages) =>
            order.checks.every(
                (check) => !stages.includes(check.stage) || check.done || !check.required
            );
        const site = ["safety", "arrival", "commissioning"];
        return [
            { key: "checks", label: _t("Check list"), show: has(...site), done: ticked(...site) },
            { key: "parts", label: _t("Parts"), show: order.kind !== "training", done: true },
            {
                key: "findings",
                label: _t("Findings"),
                show: true,
                done: ["repair", "remote"].includes(order.kind)
                    ? filled("fault_found", "cause", "solution")
                    : filled("solution"),
            },
            {
                key: "training",
                label: _t("Training"),
                show: order.kind === "training",
                done: filled("training_content") && order.attendees.length > 0,
            },
            { key: "test", label: _t("Test"), show: true, done: filled("outcome", "test_result") },
            { key: "after", label: _t("Clean up"), show: has("after"), done: ticked("after") },
            {
                key: "sign",
                label: _t("Signature"),
                show: order.kind !== "remote",
                done: filled("customer_signature", "satisfaction"),
            },
            { key: "finish", label: _t("Finish"), show: true, done: false },
        ].filter((section) => section.show);
    }

    checksOf(...stages) {
        return this.state.order.checks.filter((check) => stages.includes(check.stage));
    }

    nextSection() {
        const keys = this.sections.map((section) => section.key);
        this.state.section = keys[Math.min(keys.indexOf(this.state.section) + 1, keys.length - 1)];
        browser.scrollTo?.(0, 0);
        return this.save();
    }

    // ---- writing -----------------------------------------------------------------

    /** Keep the phone usable whatever the network does; show what went wrong. */
    guard(work) {
        // one after the other: a tap during a call is not lost
        return this.mutex.exec(() => this.attempt(work));
    }

    async attempt(work) {
        this.state.busy = true;
        this.state.error = "";
        try {
            await work();
            this.state.offline = false;
        } catch (error) {
            if (error instanceof ConnectionLostError || !browser.navigator.onLine) {
                this.state.offline = true;
            } else if (error instanceof RPCError) {
                this.state.error = error.data?.message || error.message;
            } else {
                throw error;
            }
        } finally {
            this.state.busy = false;
        }
    }

    call(method, ...args) {
        return this.guard(async () => {
            this.show(await this.orm.call(MODEL, method, [[this.state.order.id], ...args]));
        });
    }

    set(name, value) {
        this.state.values[name] = value;
        const draft = this.store.read();
        draft.values = { ...(draft.values || {}), [name]: value };
        this.store.write(draft);
    }

    /** What the draft holds; signatures only where they were just given. */
    get changes() {
        return this.store.read().values || {};
    }

    save() {
        const values = this.changes;
        if (!Object.keys(values).length) {
            return;
        }
        return this.guard(async () => {
            const order = await this.orm.call(MODEL, "phone_save", [
                [this.state.order.id],
                values,
            ]);
            // what was typed during the call isn't saved yet
            const typed = Object.entries(this.changes);
            const left = typed.filter(([name, value]) => values[name] !== value);
            this.store.write({ ...this.store.read(), values: Object.fromEntries(left) });
            this.show(order);
        });
    }

    /** Position and time of the tap; the time counts even if the call comes later. */
    async position() {
        const geolocation = browser.navigator.geolocation;
        if (!geolocation || !window.isSecureContext) {
            return [null, null];
        }
        return new Promise((resolve) =>
            geolocation.getCurrentPosition(
                ({ coords }) => resolve([coords.latitude, coords.longitude]),
                () => resolve([null, null]),
                { timeout: 4000, maximumAge: 60000 }
            )
        );
    }

    async step(step) {
        const draft = this.store.read();
        draft.stamps = draft.stamps || {};
        draft.stamps[step] = draft.stamps[step] || serializeDateTime(DateTime.now());
        this.store.write(draft);
        if (step === "start") {
            await this.save();
        }
        const [latitude, longitude] = ["depart", "arrive"].includes(step)
            ? await this.position()
            : [null, null];
        await this.call("phone_step", step, latitude, longitude, draft.stamps[step]);
        if (this.state.error) {
            // refused by a rule: the next try gets its own time
            delete draft.stamps[step];
            this.store.write({ ...this.store.read(), stamps: draft.stamps });
        } else if (step === "arrive") {
            this.state.section = this.sections[0]?.key || "";
        }
    }

    async refuse() {
        const reason = (this.state.refusal || "").trim();
        if (!reason) {
            return;
        }
        await this.guard(() =>
            this.orm.call(MODEL, "action_refuse", [[this.state.order.id]], { reason })
        );
        if (!this.state.error && !this.state.offline) {
            await this.back();
        }
    }

    get failed() {
        return this.state.offline || this.state.error;
    }

    /** Seen at once; taken back if the server didn't get it. */
    async tick(check) {
        const done = !check.done;
        check.done = done;
        await this.call("phone_check", check.id, { done });
        if (this.failed) {
            check.done = !done;
        }
    }

    /** A tool box of a dozen tools is looked through once, not tapped through. */
    isLong(checks) {
        return checks.filter((check) => !check.done).length > 4;
    }

    async tickAll(checks) {
        for (const check of checks.filter((line) => !line.done)) {
            await this.tick(check);
            if (this.failed) {
                return;
            }
        }
    }

    async usePart(part, used) {
        const before = part.used;
        part.used = Math.max(used, 0);
        await this.call("phone_part", part.id, { used: part.used });
        if (this.failed) {
            part.used = before;
        }
    }

    partText(part, name, value) {
        return this.call("phone_part", part.id, { [name]: value });
    }

    async scan() {
        let code = "";
        this.state.error = "";
        try {
            code = await scanCode(this.env);
        } catch (error) {
            this.state.error = error.message;
        }
        if (code) {
            await this.addCode(code);
        }
    }

    async typeCode() {
        const code = this.state.code.trim();
        if (code) {
            this.state.code = "";
            await this.addCode(code);
            if (this.state.error) {
                this.state.code = code;
            }
        }
    }

    /** A scan waits with its key until the server has answered. */
    addCode(code) {
        const draft = this.store.read();
        const scan = { code, key: makeKey(this.state.order.id) };
        this.store.write({ ...draft, scans: [...(draft.scans || []), scan] });
        return this.sendWaiting();
    }

    async addPhotos(ev) {
        const refused = [];
        for (const file of ev.target.files) {
            if (!file.type.startsWith("image/")) {
                refused.push(_t("%s is no picture.", file.name));
            } else if (file.size > PHOTO_LIMIT) {
                refused.push(_t("%s is larger than 10 MB; take a smaller photo.", file.name));
            } else {
                this.photos.push(file);
            }
        }
        ev.target.value = "";
        await this.sendWaiting();
        if (refused.length) {
            this.state.error = [this.state.error, ...refused].filter(Boolean).join("\n");
        }
    }

    sendWaiting() {
        return this.outbox.exec(() => this.sendAll());
    }

    /** Send scans and photos in their order; what the server refuses is dropped. */
    async sendAll() {
        const errors = [];
        const send = async (...call) => {
            await this.call(...call);
            errors.push(this.state.error);
            return !this.state.offline;
        };
        let [scan] = this.scans;
        while (scan && (await send("phone_scan", scan.code, scan.key))) {
            const scans = this.scans.filter(({ key }) => key !== scan.key);
            this.store.write({ ...this.store.read(), scans });
            [scan] = scans;
        }
        while (!scan && this.photos.length) {
            const [file] = this.photos;
            if (!(await send("phone_photo", file.name, await this.readFile(file)))) {
                break;
            }
            this.photos.shift();
        }
        if (!this.state.offline) {
            await this.save();
        }
        errors.push(this.state.error);
        this.state.error = [...new Set(errors.filter(Boolean))].join("\n");
        this.countWaiting();
    }

    readFile(file) {
        return new Promise((resolve, reject) => {
            const reader = new FileReader();
            reader.onload = () => resolve(reader.result.split(",")[1]);
            reader.onerror = reject;
            reader.readAsDataURL(file);
        });
    }

    sign(name) {
        this.dialog.add(SignatureDialog, {
            // mostly the person who was called; another name is typed over it
            defaultName:
                name === "customer_signature"
                    ? this.state.values.signed_by || this.state.order.contact
                    : user.name,
            nameAndSignatureProps: { mode: "draw", displaySignatureRatio: 2 },
            uploadSignature: ({ name: signer, signatureImage }) => {
                this.set(name, signatureImage.split(",")[1]);
                if (name === "customer_signature") {
                    this.set("signed_by", signer);
                }
                this.save();
            },
        });
    }

    signAttendee() {
        this.dialog.add(SignatureDialog, {
            nameAndSignatureProps: { mode: "draw", displaySignatureRatio: 2 },
            uploadSignature: ({ name, signatureImage }) =>
                this.call("phone_attendee", name, signatureImage.split(",")[1]),
        });
    }

    /** Hand in; the key stays with the draft until the server has said yes. */
    async submit() {
        if (this.state.waiting) {
            await this.sendWaiting();
            if (this.failed) {
                return;
            }
        }
        const draft = this.store.read();
        draft.key = draft.key || makeKey(this.state.order.id);
        this.store.write(draft);
        const [latitude, longitude] = await this.position();
        await this.call("phone_submit", draft.key, this.changes, latitude, longitude);
    }

    openForm() {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: MODEL,
            res_id: this.state.order.id,
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("aftersales_my_day", MyDay);
