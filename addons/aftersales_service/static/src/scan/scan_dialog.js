import { BarcodeDialog } from "@web/core/barcode/barcode_dialog";
import { _t } from "@web/core/l10n/translation";

/**
 * Phones without Google's services name a detector that knows no code at all: without
 * the name, the scanner takes the decoder that comes with Odoo.
 */
async function dropUselessDetector() {
    const Detector = window.BarcodeDetector;
    const formats = await Detector?.getSupportedFormats().catch(() => []);
    if (formats && !formats.length) {
        delete window.BarcodeDetector;
    }
}

class ScanDialog extends BarcodeDialog {
    onResult(code) {
        this.props.onResult(code);
        this.props.close();
    }

    /** No camera, or not allowed to use it: nobody looks at an empty dialog. */
    onError(error) {
        this.props.onError(error);
        this.props.close();
    }
}

/**
 * Read a code with the camera.
 *
 * @returns {Promise<string>} the code; empty when the dialog was closed
 * @throws {Error} why the camera can't be used, and what to do
 */
export async function scanCode(env) {
    await dropUselessDetector();
    try {
        return await new Promise((resolve, reject) =>
            env.services.dialog.add(
                ScanDialog,
                { facingMode: "environment", onResult: resolve, onError: reject },
                { onClose: () => resolve("") }
            )
        );
    } catch (error) {
        const advice = _t("The camera can't be used; type the code.");
        throw new Error([advice, error.message].filter(Boolean).join("\n"));
    }
}
