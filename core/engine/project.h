// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/protocol/messages.h"

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace bitloom {

/// How far the job that a project holds has come; written before the step that it names begins.
enum class ProjectStage { Started, Exporting, Finished };

/// project.json: what the project's latest job makes.
struct ProjectState
{
    Recipe recipe; ///< all defaults filled in
    std::string output;
    ProjectStage stage = ProjectStage::Started;
    nlohmann::json calibration = nlohmann::json::object(); ///< facts of the calibration's fingerprint
    nlohmann::json solve = nlohmann::json::object(); ///< facts of the layer checkpoints' fingerprint
};

/// The folder beside an output (or shared between several) that holds what a job must not lose:
///   project.json, report.json, saliency.json, evaluation.json, verification.json
///   calibration/FINGERPRINT/   manifest.json (written last) and block-NNNN.safetensors
///   layers/FINGERPRINT/        LAYER.safetensors, one for each solved layer
class Project
{
public:
    /// OUT + ".bitloom".
    [[nodiscard]] static std::filesystem::path defaultFolder(const std::filesystem::path& output);
    /// Makes the folder if needed and locks it until destruction (also against other processes; the lock of a killed process is
    /// gone). Files that a killed process left half written are removed.
    [[nodiscard]] static Result<Project> open(const std::filesystem::path& folder);

    Project(Project&&) noexcept;
    Project& operator=(Project&&) noexcept;
    ~Project();

    [[nodiscard]] const std::filesystem::path& folder() const { return m_folder; }
    [[nodiscard]] std::filesystem::path calibrationFolder(const std::string& fingerprint) const;
    [[nodiscard]] std::filesystem::path layersFolder(const std::string& fingerprint) const;

    /// nullopt where no job was started here yet; a damaged file is an Error.
    [[nodiscard]] Result<std::optional<ProjectState>> state() const;
    [[nodiscard]] Result<void> setState(const ProjectState& state) const;
    [[nodiscard]] Result<QuantizeReport> report() const;
    [[nodiscard]] Result<void> setReport(const QuantizeReport& report) const;
    [[nodiscard]] Result<void> setSaliency(const SaliencyEvent& saliency) const;
    [[nodiscard]] Result<void> setEvaluation(const EvaluationReport& evaluation) const;
    [[nodiscard]] Result<void> setVerification(const VerificationReport& verification) const;

    /// Removes calibration statistics and layer checkpoints; the small files stay.
    void removeBulk() const;

private:
    Project() = default;
    std::filesystem::path m_folder;
    int m_lock = -1;
};

/// Project::state() of a folder that stays unlocked, so also while a job runs; nullopt where there is no project.
[[nodiscard]] Result<std::optional<ProjectState>> projectState(const std::filesystem::path& folder);

/// Everything that a finished or interrupted project holds; reads without locking, so also while a job runs.
[[nodiscard]] Result<ProjectSummary> summarizeProject(const std::filesystem::path& folder);

/// Removes "TARGET.partial-PID" beside `target`, and those of the parts of a split file, whose process is gone.
void removeAbandonedPartials(const std::filesystem::path& target);

} // namespace bitloom
