// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/model_slot.h"

#include "core/engine/fingerprint.h"

#include <fmt/format.h>

#include <utility>

namespace bitloom {

Result<std::shared_ptr<const LoadedModel>> ModelSlot::load(const ModelSource& source, torch::Dtype dtype, torch::Device device, JobListener& listener)
{
    BITLOOM_TRY(std::string identity, modelIdentity(source.path));
    identity += fmt::format(" {} {} {}", source.path.string(), c10::toString(dtype), device.str());
    const std::lock_guard lock(m_mutex);
    if (m_model && identity == m_identity)
        return m_model;
    m_model.reset();
    listener.event(ProgressEvent { { "load", "bytes", 0, 0, source.name, 0, -1 } });
    BITLOOM_TRY(auto tokenizer, source.tokenizer());
    BITLOOM_TRY(CausalLm model, CausalLm::load(source, dtype, device));
    m_model = std::make_shared<const LoadedModel>(LoadedModel { source, std::move(tokenizer), std::move(model) });
    m_identity = std::move(identity);
    return m_model;
}

void ModelSlot::release()
{
    const std::lock_guard lock(m_mutex);
    m_model.reset();
}

} // namespace bitloom
