/* Copyright 2026 The aftersales contributors
   License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

   Breaks a printed form into pages: no row is cut through, a table that goes on has
   its head again, headings and signatures are not alone on a page. Rows of class
   o_as_with_previous stay with the one before, what is of class o_as_whole is kept
   together where it fits on a page. Run inside wkhtmltopdf,
   whose builds either cannot do that (plain Qt) or draw the head over the rows
   (patched Qt); so the pages are the same with all of them.

   Old WebKit: no syntax after ECMAScript 5. WIDTH and HEIGHT of a page are told in
   data attributes of the script. */
(function () {
    "use strict";
    var SETTINGS = document.getElementById("aftersales_form_pages");
    var WIDTH = Number(SETTINGS.getAttribute("data-width"));
    var HEIGHT = Number(SETTINGS.getAttribute("data-height"));
    // where the page begins that is being filled
    var start = 0;

    function top(node) {
        return node.getBoundingClientRect().top;
    }

    function bottom(node) {
        return node.getBoundingClientRect().bottom;
    }

    function fits(node) {
        return bottom(node) - start <= HEIGHT;
    }

    function has(node, property, value) {
        return window.getComputedStyle(node)[property] === value;
    }

    function is(node, name) {
        return (" " + node.className + " ").indexOf(" " + name + " ") !== -1;
    }

    function newPage(node) {
        if (top(node) - start > 1) {
            var mark = document.createElement("div");
            mark.style.pageBreakBefore = "always";
            node.parentNode.insertBefore(mark, node);
        }
        start = top(node);
    }

    // what is higher than a page is broken by the converter, best without a head,
    // which it would draw over the line
    function letBreak(row, table) {
        row.style.pageBreakInside = "auto";
        if (table.tHead) {
            var body = document.createElement("tbody");
            while (table.tHead.rows.length) {
                body.appendChild(table.tHead.rows[0]);
            }
            table.replaceChild(body, table.tHead);
        }
        passBy(row);
    }

    function passBy(node) {
        while (!fits(node)) {
            start += HEIGHT;
        }
    }

    function withHeading(node) {
        var before = node.previousElementSibling;
        while (before && /^H[1-6]$/.test(before.tagName)) {
            node = before;
            before = node.previousElementSibling;
        }
        return node;
    }

    // signatures take along what they are for: the last lines, or a small table
    function withSigned(node) {
        var before = node.previousElementSibling;
        if (before && before.tagName !== "TABLE" && !isHigh(before)) {
            node = before;
            before = node.previousElementSibling;
        }
        if (!before || before.tagName !== "TABLE") {
            return withHeading(node);
        }
        if (!isHigh(before)) {
            return withHeading(top(before) - start > 1 ? before : node);
        }
        var rows = before.tBodies[0].rows;
        var row = rows[rows.length - 2];
        if (before.tHead && rows.length > 3 && !isHigh(row)) {
            return split(before, row);
        }
        return withHeading(node);
    }

    function isHigh(node) {
        return node.offsetHeight > HEIGHT / 5;
    }

    // without a head the widths of the columns hang on a row that stays behind
    function fixColumns(table) {
        if (table.tHead || table.getElementsByTagName("colgroup").length) {
            return;
        }
        var group = document.createElement("colgroup");
        var cells = table.rows[0].cells;
        for (var i = 0; i < cells.length; i++) {
            for (var j = 0; j < cells[i].colSpan; j++) {
                var column = document.createElement("col");
                column.style.width = cells[i].offsetWidth / cells[i].colSpan + "px";
                group.appendChild(column);
            }
        }
        table.insertBefore(group, table.firstChild);
    }

    // move a row and those after it to a table of their own, with the same head
    function split(table, row) {
        fixColumns(table);
        var rest = table.cloneNode(false);
        var groups = table.getElementsByTagName("colgroup");
        if (groups.length) {
            rest.appendChild(groups[0].cloneNode(true));
        }
        if (table.tHead) {
            rest.appendChild(table.tHead.cloneNode(true));
        }
        var body = document.createElement("tbody");
        while (row) {
            var next = row.nextElementSibling;
            body.appendChild(row);
            row = next;
        }
        rest.appendChild(body);
        table.parentNode.insertBefore(rest, table.nextSibling);
        return rest;
    }

    function placeTable(table) {
        while (table) {
            var rows = table.tBodies.length ? table.tBodies[0].rows : [];
            var rest = null;
            for (var i = 0; i < rows.length && !rest; i++) {
                if (fits(rows[i])) {
                    continue;
                }
                var row = rows[i];
                if (row.offsetHeight > HEIGHT * 0.9) {
                    rest = i + 1 < rows.length ? split(table, rows[i + 1]) : null;
                    letBreak(row, table);
                    break;
                }
                while (i && is(rows[i], "o_as_with_previous")) {
                    i--;
                }
                if (i) {
                    rest = split(table, rows[i]);
                    newPage(rest);
                } else {
                    newPage(withHeading(table));
                }
            }
            table = rest;
        }
    }

    function place(node) {
        if (has(node, "pageBreakBefore", "always")) {
            start = top(node);
        }
        if (fits(node)) {
            return;
        }
        if (has(node, "display", "inline-block") || node.tagName === "IMG") {
            // the converter moves their whole line
            start = top(node);
        } else if (is(node, "o_as_sign")) {
            newPage(withSigned(node));
        } else if (
            is(node, "o_as_whole") ||
            has(node, "pageBreakInside", "avoid") ||
            !node.children.length
        ) {
            newPage(withHeading(node));
            if (!fits(node) && node.children.length) {
                placeInside(node);
            }
            passBy(node);
        } else if (node.tagName === "TABLE") {
            placeTable(node);
        } else {
            placeInside(node);
        }
    }

    function placeInside(node) {
        var child = node.firstElementChild;
        while (child) {
            place(child);
            child = child.nextElementSibling;
        }
    }

    window.addEventListener("load", function () {
        document.body.style.cssText =
            "width: " + WIDTH + "px; max-width: none; margin: 0; padding: 0 3px 0 0;";
        var forms = document.querySelectorAll(".page");
        for (var i = 0; i < forms.length; i++) {
            start = top(forms[i]);
            placeInside(forms[i]);
        }
    });
})();
