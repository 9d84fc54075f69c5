// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/measured_quality.h"

#include "core/engine/project.h"

namespace bitloom {

QualityReport measuredQuality(const VerificationReport& verification, const std::string& text)
{
    QualityReport report { text, verification.original, {} };
    for (const auto& measurement : verification.files) {
        ReportedFile file { measurement, {} };
        // A project that is gone or damaged says nothing about the file's quality, which is measured.
        if (auto project = summarizeProject(Project::defaultFolder(measurement.file)); project && project->finished)
            file.quantization = std::move(project->report);
        report.files.push_back(std::move(file));
    }
    return report;
}

} // namespace bitloom
