import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

const MEGABYTE = 1024 * 1024;
/** The server takes no larger page; it would answer with a bare error. */
const PAGE_LIMIT = 120 * MEGABYTE;

/**
 * A form with files, ``data-max-files`` of ``data-max-mb`` each: what is wrong with them
 * is said before minutes of upload, and the form is sent once.
 */
export class UploadForm extends Interaction {
    static selector = "form.o_aftersales_upload";
    dynamicContent = {
        "input[type=file]": { "t-on-change": this.onFiles },
        "button[type=submit]": { "t-att-disabled": () => this.sent },
        _root: { "t-on-submit": () => (this.sent = true) },
        // back again by the browser's button: the page may be sent once more
        _window: { "t-on-pageshow": () => (this.sent = false) },
    };

    setup() {
        this.sent = false;
    }

    onFiles({ currentTarget: input }) {
        input.setCustomValidity(this.getProblem([...input.files]));
        input.reportValidity();
    }

    getProblem(files) {
        const { maxFiles, maxMb } = this.el.dataset;
        const large = files.find((file) => file.size > maxMb * MEGABYTE);
        if (files.length > maxFiles) {
            return _t("Send at most %s files.", maxFiles);
        }
        if (large) {
            return _t("%(name)s is larger than %(limit)s MB.", {
                name: large.name,
                limit: maxMb,
            });
        }
        if (files.reduce((sum, file) => sum + file.size, 0) > PAGE_LIMIT) {
            return _t("Together the files are too large: send a part of them later.");
        }
        return "";
    }
}

registry
    .category("public.interactions")
    .add("aftersales_service.upload_form", UploadForm);
